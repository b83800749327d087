#!/bin/sh
# The scripts that are compared with Erlang's (tests/otp) come in pairs that say the
# same differences, and doc/otp.md tells of every one of them and of no other. Needs no erl.
cd "$MOONLET_ROOT/tests/otp" || exit 1
page=../../doc/otp.md
bad=0
fail() { echo "$1"; bad=1; }

# topics FILE: of its differences
topics() { grep -o 'differs("[^"]*"' "$1"; }

for name in $(ls *.lua *.erl | sed 's/\.[a-z]*$//' | sort -u); do
    if [ -f "$name.lua" ] && [ -f "$name.erl" ]; then
        [ "$(topics "$name.lua")" = "$(topics "$name.erl")" ] || fail "$name: the differences are not the same"
        grep -q "^-module('$name')" "$name.erl" || fail "$name.erl: the module has another name"
        grep -q "tests/otp/$name.lua" $page || fail "$name: doc/otp.md does not tell of it"
    else
        fail "$name: half of the pair is missing"
    fi
done
for name in $(grep -o "tests/otp/[a-z-]*\.lua" $page | sed "s,.*/,,; s,\\.lua,," | sort -u); do
    [ -f "$name.lua" ] || fail "doc/otp.md tells of $name, which is not there"
done
exit $bad
