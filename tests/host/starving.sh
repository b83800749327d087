#!/bin/bash
# starving.sh - see starving.c
case "$MOONLET_STRESS" in *gc*) echo "a collection at each step needs memory"; exit 77;; esac
set -e
. "$MOONLET_ROOT/tests/host/lib"
build starving "$MOONLET_ROOT/tests/host/starving.c" -std=c11 -D_GNU_SOURCE
# the checks build gives a large heap a nursery of a few KiB
case $MOONLET_VARIANT in
checks) run starving "no room" ;;
*)      run starving ;;
esac
