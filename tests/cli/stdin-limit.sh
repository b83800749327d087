#!/bin/sh
# A process that runs out of memory in the middle of reading the standard input
# does not keep the others from reading on.
set -e
cat >"$TMPDIR/limit.lua" <<'LUA'
local _, ref = spawn({monitor = true, memory = 200000}, function() return io.read("l") end)
receive case {"DOWN", ^ref, reason = r} then print(r[1], r[2]) end
for line in io.lines() do
  if #line < 100 then print(line) end
end
LUA
{ head -c 1000000 /dev/zero | tr '\0' x; printf '\nthe end\n'; } >"$TMPDIR/limit.in"
out=$("$MOONLET" "$TMPDIR/limit.lua" <"$TMPDIR/limit.in")
[ "$out" = "limit	memory
the end" ]
out=$("$MOONLET" "$TMPDIR/limit.lua" <<IN
$(cat "$TMPDIR/limit.in")
IN
)
[ "$out" = "limit	memory
the end" ]
