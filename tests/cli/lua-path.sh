#!/bin/bash
# lua-path.sh - where require looks: the defaults of Debian's lua5.4, the
# environment variables, and what is said of a C module.

set -e
wrong=0
is() {          # what, got, expected
    [ "$2" = "$3" ] && return
    wrong=1
    printf '%s:\n  got      %s\n  expected %s\n' "$1" "$2" "$3"
}
path() { env "$@" "$MOONLET" -e 'print(package.path)'; }
cpath() { env "$@" "$MOONLET" -e 'print(package.cpath)'; }
unset LUA_PATH LUA_PATH_5_4 LUA_CPATH LUA_CPATH_5_4

local=/usr/local/share/lua/5.4
lib=/usr/local/lib/lua/5.4
system=/usr/share/lua/5.4
default="$local/?.lua;$local/?/init.lua;$lib/?.lua;$lib/?/init.lua;$system/?.lua;$system/?/init.lua;./?.lua;./?/init.lua"
cdefault="$lib/?.so;/usr/lib/$(uname -m)-linux-gnu/lua/5.4/?.so;/usr/lib/lua/5.4/?.so;$lib/loadall.so;./?.so"

is "default path" "$(path)" "$default"
is "default cpath" "$(cpath)" "$cdefault"
if [[ $(lua5.4 -e 'print(package.path)' 2>/dev/null) == *"$system/"* ]]; then
    is "path of lua5.4" "$(lua5.4 -e 'print(package.path)')" "$default"
    is "cpath of lua5.4" "$(lua5.4 -e 'print(package.cpath)')" "$cdefault"
fi

is "LUA_PATH" "$(path LUA_PATH=a)" a
is "empty" "$(path LUA_PATH=)" ""
is "LUA_PATH_5_4 first" "$(path LUA_PATH=a LUA_PATH_5_4=b)" b
is ";; before" "$(path LUA_PATH=';;a')" "$default;a"
is ";; behind" "$(path LUA_PATH='a;;')" "a;$default"
is ";; between" "$(path LUA_PATH='a;;b')" "a;$default;b"
is ";; alone" "$(path LUA_PATH=';;')" "$default"
is "only the first ;;" "$(path LUA_PATH='a;;b;;c')" "a;$default;b;;c"
is "LUA_CPATH" "$(cpath LUA_CPATH='a;;' LUA_CPATH_5_4='b;;')" "b;$cdefault"
is "-E" "$(LUA_PATH=a LUA_PATH_5_4=b "$MOONLET" -E -e 'print(package.path)')" "$default"

mkdir -p "$TMPDIR/lib/part"
touch "$TMPDIR/lib/fast.so"
echo 'return "in Lua: " .. ...' >"$TMPDIR/lib/plain.lua"
echo 'return require("fast")' >"$TMPDIR/lib/outer.lua"
export LUA_PATH="$TMPDIR/lib/?.lua;;" LUA_CPATH="$TMPDIR/lib/?.so;;"
is "found" "$("$MOONLET" -e 'print((require("plain")))')" "in Lua: plain"
is "-l" "$("$MOONLET" -l p=plain -e 'print(p)')" "in Lua: plain"
for name in fast fast.part outer; do
    said=$("$MOONLET" -e "print(select(2, pcall(require, '$name')))")
    [[ $said == *"from file '$TMPDIR/lib/fast.so'"*"C module"*"written in Lua"* ]] ||
        is "C module $name" "$said" "from file ... it is a C module ..."
done

# a process finds what its parent has set
is "inherited" "$("$MOONLET" -e '
    package.path = package.path .. ";nowhere/?.lua"
    package.preload.given = function() return "given" end
    local main = self()
    spawn(function() main ! {package.path:match("[^;]*$"), (require("given"))} end)
    print(table.unpack(receive()))')" "nowhere/?.lua	given"
exit $wrong
