-- Coroutines belong to one process and take turns; processes run by
-- themselves and are sent to.
local me = self()
local log = {}
local co = coroutine.create(function()
  for i = 1, 3 do log[#log + 1] = "co" .. i; coroutine.yield() end
end)
for _ = 1, 3 do coroutine.resume(co); log[#log + 1] = "main" end
print(table.concat(log, " "))      --> co1 main co2 main co3 main

-- Many coroutines, each in a process of its own.
for i = 1, 50 do
  spawn(function()
    local gen = coroutine.wrap(function() for k = 1, i do coroutine.yield(k) end end)
    local sum = 0
    for _ = 1, i do sum = sum + gen() end
    me ! sum
  end)
end
local total = 0
for _ = 1, 50 do total = total + receive() end
print(total)                       --> 22100

-- coroutine.running and isyieldable in a process.
spawn(function() me ! {coroutine.isyieldable(), select(2, coroutine.running())} end)
receive case {y, main} then print(y, main) end     --> false	true

-- A process that ends while its coroutines are suspended just ends.
local p, ref = spawn_monitor(function()
  local c = coroutine.wrap(function() coroutine.yield() end)
  c()
end)
receive case {"DOWN", ^ref, reason = r} then print(r) end      --> normal

-- exit in a coroutine ends the process.
p, ref = spawn_monitor(function()
  coroutine.wrap(function() exit("from a coroutine") end)()
  me ! "not reached"
end)
receive case {"DOWN", ^ref, reason = r} then print(r) end      --> from a coroutine
