#!/usr/bin/env python3
# slow
"""official.py - the test files of PUC Lua 5.4 that Moonlet passes.

LUA_TESTS names the folder `testes` of a checkout of Lua 5.4.4; without it the
test is skipped. tests/official.md lists the files and their state: those with
the state "passes" are run here, and a file that fails is an error.
"""

import os
import re
import shutil
import subprocess
import sys

folder = os.environ.get("LUA_TESTS")
if not folder or not os.path.isdir(folder):
    print("LUA_TESTS names no folder with the official tests")
    sys.exit(77)

root = os.environ["MOONLET_ROOT"]
with open(os.path.join(root, "tests", "official.md"), encoding="utf-8") as f:
    wanted = re.findall(r"^\| `(\w+\.lua)` \| passes", f.read(), re.M)

work = os.path.join(os.environ["TMPDIR"], "testes")
shutil.copytree(folder, work)
failed = 0
for name in wanted:
    p = subprocess.run([os.environ["MOONLET"], "-e", "_port = true; _soft = true; _nomsg = true", name],
                       cwd=work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, timeout=120)
    if p.returncode != 0:
        failed += 1
        print("%s: exit code %d\n%s" % (name, p.returncode,
                                        p.stdout.decode("utf-8", "replace")[-1500:]))
print("%d files, %d failed" % (len(wanted), failed))
sys.exit(1 if failed or not wanted else 0)
