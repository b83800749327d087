#!/bin/bash
# starving.sh - see starving.c
case "$MOONLET_STRESS" in *gc*) echo "a collection at each step needs memory"; exit 77;; esac
set -e
. "$MOONLET_ROOT/tests/host/lib"
build starving "$MOONLET_ROOT/tests/host/starving.c" -std=c11 -D_GNU_SOURCE
run starving
