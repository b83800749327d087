-- receive in a coroutine blocks the process, not only the coroutine; other
-- processes go on.
local me = self()
local echo = spawn(function()
  while true do receive case {from, x} then sleep(1) from ! {"echo", x} end end
end)
local function ask(x)
  echo ! {me, x}
  receive case {"echo", v} then return v end
end
local co = coroutine.wrap(function(a)
  local b = coroutine.yield(ask(a))
  local c = coroutine.yield(ask(b))
  return ask(c)
end)
print(co(1), co(2), co(3))         --> 1	2	3

-- A generator that reads from the mailbox.
local function messages(n)
  return coroutine.wrap(function()
    for _ = 1, n do receive case {"m", v} then coroutine.yield(v) end end
  end)
end
spawn(function() for i = 1, 3 do me ! {"m", i}; sleep(1) end end)
for v in messages(3) do io.write(v, " ") end
print("end")                       --> 1 2 3 end

-- Coroutine in coroutine, pcall between them, an error on the way out.
local outer = coroutine.wrap(function()
  local inner = coroutine.wrap(function()
    coroutine.yield(pcall(function() error(ask("inner error"), 0) end))
    receive after 1 then end
    error("from inner", 0)
  end)
  print(inner())                   --> false	inner error
  print(pcall(inner))              --> false	from inner
  coroutine.yield(ask("alive"))
end)
print(outer())                     --> alive

-- self() is the process' everywhere.
print(coroutine.wrap(self)() == me)    --> true
