#!/bin/bash
# trace.sh - see trace.c
set -e
. "$MOONLET_ROOT/tests/host/lib"
build trace "$MOONLET_ROOT/tests/host/trace.c" -std=c11 -D_GNU_SOURCE
run trace
