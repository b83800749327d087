#!/bin/bash
# threads.sh - see threads.c
set -e
. "$MOONLET_ROOT/tests/host/lib"
build threads "$MOONLET_ROOT/tests/host/threads.c" -std=c11 -D_GNU_SOURCE
run threads
run threads 1
run threads 3
