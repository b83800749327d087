#!/usr/bin/env python3
# slow
"""official.py - the test files of stock Lua 5.4.6; see tests/official."""

import os
import sys

sys.exit(os.spawnv(os.P_WAIT, sys.executable, [
    sys.executable, os.path.join(os.environ["MOONLET_ROOT"], "tests", "official")]))
