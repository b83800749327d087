-- statistics() counts what happens, and says the same to Prometheus.

local function wait_until(holds)
  for _ = 1, 2000 do
    if holds() then return true end
    sleep(1)
  end
  return false
end

local before = statistics()
assert(before.processes.alive >= 1 and before.processes.peak >= before.processes.alive)
assert(before.memory.used > 0 and before.memory.peak >= before.memory.used)
assert(before.vm.workers == #before.workers and before.vm.workers >= 1)
assert(before.vm.sleeping <= before.vm.workers)
for _, what in ipairs {"inboxes", "run_queues", "timers", "memory", "processes", "sleep"} do
  assert(math.type(before.contention[what]) == "integer" and before.contention[what] >= 0, what)
end

-- 10 processes that each read two of the three messages they get, and send one
local main = self()
local children = {}
for i = 1, 10 do
  children[i] = spawn(function()
    receive case "one" then end
    receive case "two" then end
    main ! "done"
  end)
  monitor(children[i])
end
assert(statistics().processes.alive >= before.processes.alive + 10)
for _, text in ipairs {"one", "never", "two"} do
  for i = 1, 10 do children[i] ! text end
end
for _ = 1, 10 do receive case "done" then end end
for _ = 1, 10 do receive case {"DOWN", _, reason = "normal"} then end end
assert(wait_until(function() return statistics().processes.ended == before.processes.ended + 10 end))
children[1] ! "late"

local after = statistics()
local function more(group, name) return after[group][name] - before[group][name] end
print(more("processes", "spawned"), more("processes", "ended"))         --> 10	10
print(more("messages", "sent"))                                         --> 41
print(more("messages", "received"))             -- 20, and main's 10 and 10 DOWN --> 40
print(more("messages", "unread"), more("messages", "dropped"))          --> 10	1
print(more("signals", "monitor"), more("signals", "down"))              --> 10	10
print(after.processes.peak >= before.processes.alive + 10)              --> true

self() ! "waits"
self() ! "waits, too"
print(statistics().messages.waiting - after.messages.waiting)           --> 2
local refs = {}
for i = 1, 3 do refs[i] = send_after(1e7, self(), "no") end
send_after(0, self(), "yes")
receive case "yes" then end
cancel_timer(refs[1])
local t = statistics().timers
print(t.set - after.timers.set, t.fired - after.timers.fired,
  t.cancelled - after.timers.cancelled, t.waiting - after.timers.waiting)       --> 4	1	1	2
cancel_timer(refs[2])
cancel_timer(refs[3])

-- garbage of some megabytes is found by collections
for i = 1, 100 do local s = string.rep("x", 100000) .. i end
collectgarbage()
local c = statistics().collections
assert(c.count > after.collections.count)
print(c.bytes - after.collections.bytes > 1e6)                          --> true

local function total(name)
  local sum = 0
  for _, w in ipairs(statistics().workers) do sum = sum + w[name] end
  return sum
end
local used, slices = total("reductions"), total("slices")
for i = 1, 100000 do end
sleep(0)
assert(wait_until(function() return total("reductions") - used > 100000 and total("slices") > slices end))
for _, w in ipairs(statistics().workers) do
  assert(w.run_queue >= 0 and w.steals >= 0 and w.stolen >= w.steals and w.sleeps >= 0)
end

-- Prometheus: each sample has a HELP and a TYPE before it, counters end in _total
local values, types, last = {}, {}, nil
for line in statistics("prometheus"):gmatch("([^\n]*)\n") do
  local help = line:match("^# HELP (moonlet_[%w_]+) .+%.$")
  local metric, kind = line:match("^# TYPE (moonlet_[%w_]+) (%l+)$")
  local name, labels, value = line:match("^(moonlet_[%w_]+)(%b{}) (%d+)$")
  if not name then name, value = line:match("^(moonlet_[%w_]+) (%d+)$") end
  if help then
    assert(not types[help], line)
    last = help
  elseif metric then
    assert(metric == last and (kind == "counter") == (metric:match("_total$") ~= nil), line)
    types[metric] = kind
  else
    assert(name == last and types[name], line)
    assert(not labels or labels:match('^{%l+="[%w_]+"}$'), line)
    values[name .. (labels or "")] = tonumber(value)
  end
end
print(values.moonlet_messages_sent_total >= after.messages.sent + 3)    --> true
print(values['moonlet_signals_sent_total{kind="down"}'] >= 10)          --> true
print(values['moonlet_slices_total{worker="0"}'] ~= nil)                --> true
print(types.moonlet_memory_bytes, types.moonlet_timers_fired_total)     --> gauge	counter

print(pcall(statistics, "xml"))         --? false	bad argument #1 to 'statistics' .*xml.*
