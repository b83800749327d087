#!/bin/bash
# hints.sh - a crash report says which name was probably meant, or where a global
# is. What pcall returns stays as stock Lua words it.

cd "$TMPDIR" || exit 1
cat > names.lua <<'LUA'
print(select(2, pcall(function() pritn("x") end)))      -- stays as stock Lua words it

local function crash(f, ...)
  local _, ref = spawn_monitor(f, ...)
  receive case {"DOWN", ^ref} then end
end

-- of globals, the library's and the program's
crash(function() pritn("x") end)
crash(function() strng.format("x") end)
function account_balance() end
crash(function() account_balanec() end)

-- of fields and methods
crash(function() string.fromat("%d", 1) end)
crash(function() table.isnert({}, 1) end)
crash(function() return ("x"):uper() end)
crash(function() io.stdout:wirte("x") end)
local Account = {}
Account.__index = Account
function Account:deposit() end
crash(function(a)
  a = setmetatable(a, Account)
  a:deopsit()
end, {})
crash(function()
  local window = {size = {width = 1}}
  return window.size.widht + 1
end)

-- of operands and arguments that the message does not name
crash(function(t)
  return t.limti > 5
end, {limit = 1})
crash(function(t)
  for _ in ipairs(t.itmes) do end
end, {items = {}})
crash(function(t)
  for _ = 1, t.heigth do end
end, {height = 5})
crash(function()
  local missing
  return ("x"):rep(missing)
end)

crash(function(t, key)
  return t[key].x
end, {width = {}}, "widht")

-- of locals, those of the functions around included
crash(function()
  local request = {}
  return reqeust.id
end)
crash(function()
  local connection = {}
  local function close() return conection.id end
  close()
end)

-- a name that is elsewhere
crash(function()
  local function ping() return pong() end
  local function pong() return ping() end
  pong()
end)
crash(function()
  do local inner = {} end
  return inner.x
end)
local start = function() start_it_all() end
local function never() function start_it_all() end end
crash(start)

-- A global of another process.
crash(function()
  local _, ref = spawn_monitor(function(b)
    b ! "born"
    receive case "set" then end
    local name = "late"
    return _G[name].x
  end, self())
  receive case "born" then print("waits") end
  late = {x = 1}
  for _, p in ipairs(processes()) do p ! "set" end
  receive case {"DOWN", ^ref} then end
end)
LUA
cat > expected <<'TEXT'
names.lua:1: attempt to call a nil value (global 'pritn')
waits
hint: did you mean 'print'?
hint: did you mean 'string'?
hint: did you mean 'account_balance'?
hint: did you mean 'format'?
hint: did you mean 'insert'?
hint: did you mean 'upper'?
hint: did you mean 'write'?
hint: did you mean 'deposit'?
hint: did you mean 'width'?
hint: did you mean 'limit'?
hint: did you mean 'items'?
hint: did you mean 'height'?
hint: local 'missing' is nil
hint: did you mean 'width'?
hint: did you mean 'request'?
hint: did you mean 'connection'?
hint: the local 'pong' begins later, in line 64
hint: the local 'inner' of line 68 has ended with its block
hint: 'start_it_all' is set further down, in line 72
hint: 'late' is a global of the parent <0.N>, set after this process was spawned
TEXT
"$MOONLET" names.lua 2> told > said || { echo "exit code $?"; exit 1; }
{ cat said; grep '^hint: ' told; } | sed 's/<0\.[0-9]*>/<0.N>/g' | diff expected -
