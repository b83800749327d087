-- A crash report says which name was probably meant; what pcall returns stays
-- as stock Lua words it.
print(select(2, pcall(function() pritn("x") end)))    --? .*: attempt to call a nil value \(global 'pritn'\)

local function crash(f, ...)
  local _, ref = spawn_monitor(f, ...)
  receive case {"DOWN", ^ref} then end
end

-- of globals, the library's and the program's
crash(function() pritn("x") end)                      --| hint: did you mean 'print'?
crash(function() strng.format("x") end)               --| hint: did you mean 'string'?
function account_balance() end
crash(function() account_balanec() end)               --| hint: did you mean 'account_balance'?

-- of fields and methods
crash(function() string.fromat("%d", 1) end)          --| hint: did you mean 'format'?
crash(function() table.isnert({}, 1) end)             --| hint: did you mean 'insert'?
crash(function() return ("x"):uper() end)             --| hint: did you mean 'upper'?
crash(function() io.stdout:wirte("x") end)            --| hint: did you mean 'write'?
local Account = {}
Account.__index = Account
function Account:deposit() end
crash(function(a)
  a = setmetatable(a, Account)
  a:deopsit()                                         --| hint: did you mean 'deposit'?
end, {})
crash(function()
  local window = {size = {width = 1}}
  return window.size.widht + 1                        --| hint: did you mean 'width'?
end)

-- of operands and arguments that the message does not name
crash(function(t)
  return t.limti > 5                                  --| hint: did you mean 'limit'?
end, {limit = 1})
crash(function(t)
  for _ in ipairs(t.itmes) do end                     --| hint: did you mean 'items'?
end, {items = {}})
crash(function(t)
  for _ = 1, t.heigth do end                           --| hint: did you mean 'height'?
end, {height = 5})
crash(function()
  local missing
  return ("x"):rep(missing)                           --| hint: local 'missing' is nil
end)

-- of locals, those of the functions around included
crash(function()
  local request = {}
  return reqeust.id                                   --| hint: did you mean 'request'?
end)
crash(function()
  local connection = {}
  local function close() return conection.id end      --| hint: did you mean 'connection'?
  close()
end)

-- a name that is elsewhere
crash(function()
  local function ping() return pong() end             --| hint: the local 'pong' begins later, in line 62
  local function pong() return ping() end
  pong()
end)
crash(function()
  do local inner = {} end
  return inner.x                                      --| hint: the local 'inner' of line 66 has ended with its block
end)
local start = function() start_it_all() end           --| hint: 'start_it_all' is set further down, in line 70
local function never() function start_it_all() end end
crash(start)

-- A global of another process.
crash(function(boss)
  function nobody_elses() end
  local _, ref = spawn_monitor(function(b)
    b ! "born"
    receive case "set" then end
    return late.x                                     --? waits
  end, self())
  receive case "born" then print("waits") end
  late = {x = 1}                                      --| hint: 'late' is a global of the parent
  for _, p in ipairs(processes()) do p ! "set" end
  receive case {"DOWN", ^ref} then end
end)
