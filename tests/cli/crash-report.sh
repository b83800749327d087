#!/bin/bash
# crash-report.sh - what is told about a process that ends in an error: the
# place with its column, the source, the message being handled, the calls.

cd "$TMPDIR" || exit 1
cat > bank.lua <<'LUA'
local function teller()
  receive
    case {"open", n} as request then
      local account = {}
      return account.owner.name, n, request
  end
end
local function quiet(f)
  local _, ref = spawn_monitor(f)
  receive case {"DOWN", ^ref} then end
end
quiet(function()
  send(self(), {"open", 17, more = {1, {"a\n"}}})
  teller()
end)
quiet(function() error({code = 404}) end)
quiet(function() error("no place", 0) end)
quiet(function() string.rep() end)
quiet(function() local function check() error("the caller's fault", 2) end
  check("x")
end)
quiet(function() table.sort({3, 2, 1}, function(a, b) return a.x < b end) end)
quiet(function() local function loop(n) return 1 + loop(n) end loop(0) end)
LUA
cat > expected <<'TEXT'
bank.lua:5:14: attempt to index a nil value (field 'owner')
    5 |       return account.owner.name, n, request
      |              ^^^^^^^^^^^^^
in process <0.N> (spawned by <0.N>), handling {"open", 17, more = {1, {"a\n"}}}
watched by main
   teller            bank.lua:5
   receive clause    bank.lua:3
   function          bank.lua:14
(error object is a table value) {code = 404}
in process <0.N> (spawned by <0.N>)
watched by main
   function          bank.lua:16
no place
in process <0.N> (spawned by <0.N>)
watched by main
   function          bank.lua:17
bank.lua:18:18: bad argument #1 to 'rep' (string expected, got no value)
   18 | quiet(function() string.rep() end)
      |                  ^^^^^^^^^^
in process <0.N> (spawned by <0.N>)
watched by main
   string.rep        built-in
   function          bank.lua:18
bank.lua:20:3: the caller's fault
   20 |   check("x")
      |   ^^^^^
in process <0.N> (spawned by <0.N>)
watched by main
   check             bank.lua:19
   function          bank.lua:20
bank.lua:22:62: attempt to index a number value (local 'a')
   22 | quiet(function() table.sort({3, 2, 1}, function(a, b) return a.x < b end) end)
      |                                                              ^
in process <0.N> (spawned by <0.N>)
watched by main
   function          bank.lua:22
   table.sort        built-in
   function          bank.lua:22
bank.lua:23:52: stack overflow
   23 | quiet(function() local function loop(n) return 1 + loop(n) end loop(0) end)
      |                                                    ^^^^
in process <0.N> (spawned by <0.N>)
watched by main
   loop              bank.lua:23 (N times)
   function          bank.lua:23
TEXT
"$MOONLET" bank.lua 2> told || { echo "exit code $?"; exit 1; }
sed 's/<0\.[0-9]*>/<0.N>/g; s/([0-9]* times)/(N times)/' told | diff expected -
