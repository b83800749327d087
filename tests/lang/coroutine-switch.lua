-- Values go between stacks of every size, through calls of every kind.
local w = coroutine.wrap(function(...) return select("#", ...), ... end)
print(w(1, nil, 3, nil))                                        --> 4	1	nil	3	nil

local co = coroutine.create(function(...)
  local n = select("#", ...)
  while true do n = n + select("#", coroutine.yield(n)) end
end)
print(coroutine.resume(co, 1, 2))                               --> true	2
print(coroutine.resume(co))                                     --> true	2
print(coroutine.resume(co, nil, nil))                           --> true	4
print(coroutine.resume(co, table.unpack({}, 1, 100)))           --> true	104
w = coroutine.wrap(function() while true do coroutine.yield(table.unpack({}, 1, 200)) end end)
print(select("#", w()), select("#", w()))                       --> 200	200

-- a yield inside of metamethods and protected calls
local mt = setmetatable({}, {
  __add = function() return coroutine.yield("add") end,
  __lt = function() return coroutine.yield("lt") end,
})
w = coroutine.wrap(function()
  local _, v = pcall(function() return mt + 1 end)
  coroutine.yield(v)
  return mt < mt and "less" or "not less"
end)
print(w(), w(42), w(), w(true))                                 --> add	42	lt	less

-- in tail position, as iterators, as the body itself
w = coroutine.wrap(function() return coroutine.yield(1) end)
local function tail(...) return w(...) end
print(tail())                                                   --> 1
print(tail(7, 8))                                               --> 7	8
print(pcall(tail))
--> false	tests/lang/coroutine-switch.lua:30: cannot resume dead coroutine
co = coroutine.create(function() for i = 1, 2 do coroutine.yield(i) end end)
for ok, v in coroutine.resume, co do print(ok, v) if not ok then break end end
--> true	1
--> true	2
--> true	nil
--> false	cannot resume dead coroutine
w = coroutine.wrap(coroutine.yield)
print(w(1), w(2, 3))                                            --> 1	2	3
print(pcall(coroutine.resume, coroutine.create(function() coroutine.yield(5) end))) --> true	true	5

-- what has no thread, or not one that waits
print(pcall(coroutine.resume))
--> false	bad argument #1 to 'coroutine.resume' (thread expected, got no value)
print(coroutine.resume(coroutine.running()))                    --> false	cannot resume non-suspended coroutine
w = coroutine.wrap(function() w() end)
print(pcall(w))
--> false	tests/lang/coroutine-switch.lua:49: cannot resume non-suspended coroutine

-- a failure goes through every resumer, and tells where it went wrong
local function deep(n)
  if n == 0 then error("ground", 0) end
  return 1 + coroutine.wrap(deep)(n - 1)
end
print(pcall(deep, 1))
--> false	tests/lang/coroutine-switch.lua:56: ground
w = coroutine.wrap(function() coroutine.yield() error("late", 0) end)
w()
print(select(2, xpcall(w, debug.traceback)))
--> late
--> stack traceback:
--> 	[C]: in ?
--> 	[C]: in function 'xpcall'
--> 	tests/lang/coroutine-switch.lua:62: in main chunk

-- a function that was made by wrap is one built-in function of the stack
local outer
outer = coroutine.create(function()
  local inner = coroutine.wrap(function() print(debug.traceback(outer, "inside")) end)
  inner()
end)
coroutine.resume(outer)
--> inside
--> stack traceback:
--> 	[C]: in local 'inner'
--> 	tests/lang/coroutine-switch.lua:73: in function <tests/lang/coroutine-switch.lua:71>

-- what switched often is collected well
local parts = {}
w = coroutine.wrap(function(a)
  while true do
    local t = { a }
    a = coroutine.yield(t, { t })
  end
end)
for i = 1, 2000 do
  local t, o = w({ i })
  assert(t[1][1] == i and o[1] == t)
  parts[i % 10 + 1] = o
end
print(#parts, parts[1][1][1][1])                                --> 10	2000
