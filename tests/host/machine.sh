#!/bin/bash
# machine.sh - see machine.c
set -e
. "$MOONLET_ROOT/tests/host/lib"
build machine "$MOONLET_ROOT/tests/host/machine.c" -std=c11 -D_GNU_SOURCE
run machine
