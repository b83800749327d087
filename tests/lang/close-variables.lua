-- lua: same
-- local x <close>: order, errors, all ways out of a block.

local function closer(name, fail)
  return setmetatable({}, {__close = function(_, e)
    print("close " .. name, e)
    if fail then error(fail, 0) end
  end})
end
do
  local a <close> = closer("a")
  local b <close> = closer("b")
  print("body")
  --> body
  --> close b	nil
  --> close a	nil
end
local function f()
  local a <close> = closer("ret")
  return "value", 2
end
print(f())
--> close ret	nil
--> value	2
for i = 1, 3 do
  local c <close> = closer("loop " .. i)
  if i == 2 then break end        --> close loop 1	nil
end                               --> close loop 2	nil
do
  local i = 0
  ::again::
  i = i + 1
  do
    local g <close> = closer("goto " .. i)
    if i < 2 then goto again end
    --> close goto 1	nil
    --> close goto 2	nil
  end
end
print(pcall(function()
--> close b	body error
--> close a	body error
--> false	body error
  local a <close> = closer("a")
  local b <close> = closer("b")
  error("body error", 0)
end))
print(pcall(function()
--> close c	nil
--> close b	nil
--> close a	error in b
--> false	error in b
  local a <close> = closer("a")
  local b <close> = closer("b", "error in b")
  local c <close> = closer("c")
end))
print(pcall(function()
--> close b	first
--> close a	error in b
--> false	error in a
  local a <close> = closer("a", "error in a")
  local b <close> = closer("b", "error in b")
  error("first", 0)
end))
do
  local n <close> = nil
  local fl <close> = false
  print("nil and false need no closing")  --> nil and false need no closing
end
print((select(2, pcall(function() local x <close> = 42 end)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'")))
--> variable 'x' got a non-closable value
print((select(2, pcall(function() local x <close> = {} end)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'")))
--> variable 'x' got a non-closable value
-- A tail call in such a block is an ordinary call.
local function tail() local x <close> = closer("tail"); return (function() print("called"); return 1 end)() end
print(tail())
--> called
--> close tail	nil
--> 1
-- Nested functions and the value of the variable.
local order = {}
local function push(n) return setmetatable({n = n}, {__close = function(v) order[#order + 1] = v.n end}) end
local function nested() local a <close> = push(1); do local b <close> = push(2) end; local c <close> = push(3) end
nested()
print(table.concat(order, " "))   --> 2 3 1
-- __close in a loop with many rounds.
local count = 0
for _ = 1, 1000 do local c <close> = setmetatable({}, {__close = function() count = count + 1 end}) end
print(count)                      --> 1000
