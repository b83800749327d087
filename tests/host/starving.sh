#!/bin/bash
# starving.sh - see starving.c
set -e
. "$MOONLET_ROOT/tests/host/lib"
build starving "$MOONLET_ROOT/tests/host/starving.c" -std=c11 -D_GNU_SOURCE
run starving
