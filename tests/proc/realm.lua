-- A spawn with limits opens a realm: all that the process spawns belongs to it,
-- and the limits hold for the whole of it. Who asks for too much ends.
local function reason_of(options, f, ...)
  options.monitor = true
  local _, ref = spawn(options, f, ...)
  receive case {"DOWN", ^ref, reason = r} then return r end
end
local function ends(options, f, ...)
  local r = reason_of(options, f, ...)
  if type(r) ~= "table" then return r end
  return r[1] .. " " .. tostring(r[2]) .. (r.limit and " " .. r.limit .. (r.used > r.limit and " more" or "") or "")
end
local function forever() while true do end end
local function wait() receive case "never" then end end

print(ends({reductions = 100000}, forever))                           --> limit reductions 100000 more
print(ends({reductions = 100000}, function() while true do pcall(forever) end end))
--> limit reductions 100000 more
print(ends({reductions = 100000}, function() for i = 1, 1000 do end end))      --> normal
print(ends({processes = 10}, function() while true do spawn(wait) end end))    --> limit processes 10 more
print(ends({processes = 10}, function() while true do pcall(spawn, wait) end end))     --> limit processes 10 more
print(ends({timers = 5}, function() while true do send_after(1e6, self(), 1) end end))  --> limit timers 5 more
print(ends({names = 0}, function() register("a name", self()) end))            --> limit names 0 more
print(ends({names = 1}, function() register("a name", self()) unregister("a name") register("another", self()) end))
--> normal
print(ends({output = 10}, function() io.write("12345") io.write("1234567") end))       --> 12345limit output 10 more

-- Timers and processes that are over count no more; a timer that nobody waits for does.
print(ends({timers = 5}, function()
  for i = 1, 50 do cancel_timer(send_after(1e6, self(), 1)) end
  for i = 1, 50 do send_after(0, self(), i) receive case ^i then end end
end))                                                                 --> normal
print(ends({processes = 3}, function()
  for i = 1, 50 do
    local _, ref = spawn_monitor(function() end)
    receive case {"DOWN", ^ref} then end
  end
end))                                                                 --> normal

-- Children do not escape: what they use is used by all.
print(ends({reductions = 300000}, function()
  for i = 1, 5 do spawn(forever) end
  forever()
end))                                                                 --> limit reductions 300000 more
print(ends({memory = 2000000}, function()
  local me = self()
  local function hoard() local s = ("x"):rep(400000) me ! "has" wait(s) end
  for i = 1, 3 do spawn(hoard) end
  for i = 1, 3 do receive case "has" then end end
  return ("x"):rep(1000000)
end))                                                                 --> limit memory 2000000 more
-- What was asked for, and refused, is told in full, wherever the limit falls.
local more = 0
for i = 1, 40 do
  local r = ends({memory = 200000 + i * 50}, function() while true do spawn(wait) end end)
  more = more + (r:find("^limit memory %d+ more$") and 1 or 0)
end
print(more)                                                           --> 40

-- A realm in a realm has what it may, and is counted above.
print(ends({memory = 4000000}, function()
  print(ends({memory = 1000000}, function() return #("x"):rep(1500000) end))    --> limit memory 1000000 more
  print(ends({memory = 3000000}, function()
    local s = ("x"):rep(1000000)
    print(ends({memory = 1500000}, function() return #("x"):rep(1400000) end))  --> normal
    print(ends({memory = 9000000}, function() return #("x"):rep(2500000) end))  --> limit memory 3000000 more
    return #s
  end))
  --> normal
end))
--> normal

-- What the first process does not fit into is no limit for a process.
print(pcall(spawn, {memory = 1000}, wait))
--> false	a process needs more than its limit of memory (1000)
print(pcall(spawn, {memory = 100000}, wait, ("x"):rep(200000)))
--> false	a process needs more than its limit of memory (100000)
print(pcall(spawn, {processes = 0}, wait))
--> false	a process needs more than its limit of processes (0)
print(select(2, pcall(spawn, {memory = -1}, wait)))
--> spawn option 'memory' must be a whole number, not negative
print(select(2, pcall(spawn, {timers = "many"}, wait)))
--> spawn option 'timers' must be a whole number, not negative

-- The end tells what was asked for and where; no Lua runs at it.
local r = reason_of({processes = 1, output = 1000}, function()
  local x <close> = setmetatable({}, {__close = function() print("closed") end})
  local y = setmetatable({}, {__gc = function() print("collected") end})
  xpcall(function()
    spawn(wait)
  end, function() print("handled") end)
end)
print(r[1], r[2], r.limit, r.used, r.at:match("[^/]*$"))              --> limit	processes	1	2	realm.lua:90

-- What it had is given back before others hear of the end.
print(ends({memory = 3000000}, function()
  for i = 1, 20 do
    local _, ref = spawn_monitor(function() local s = ("x"):rep(2000000) exit("full") end)
    receive case {"DOWN", ^ref, reason = "full"} then end
  end
end))                                                                 --> normal

-- process_info tells.
local p = spawn({memory = 1000000, timers = 4}, function() send_after(1e6, self(), 1) wait() end)
repeat
  sleep(0)
  local l = process_info(p).limits
until l.timers.used == 1
local l = process_info(p).limits
print(l.memory.limit, l.memory.used > 500 and l.memory.used <= l.memory.peak and l.memory.peak < 20000)
--> 1000000	true
print(l.timers.limit, l.timers.used, l.timers.peak)                   --> 4	1	1
print(l.processes.limit, l.processes.used, l.output.limit, l.output.used)      --> nil	1	nil	0
print(process_info(p).sandbox, process_info(self()).limits)           --> false	nil
exit(p, "kill")
os.exit(true)                           -- timers are left that nobody waits for
