#!/bin/bash
# messages.sh - see messages.c
set -e
. "$MOONLET_ROOT/tests/host/lib"
build messages "$MOONLET_ROOT/tests/host/messages.c" -std=c11 -D_GNU_SOURCE
run messages
