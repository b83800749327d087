-- Aliases: addresses that can be taken back.
local function nothing() return receive(20) == nil end
local l = debug.ledger()
local function late() return debug.ledger().late - l.late end
local function dropped() return debug.ledger()["dropped.message"] - l["dropped.message"] end

-- An alias of one's own: until unalias.
local a = alias()
a ! 1
a ! 2
print(receive(), receive(), unalias(a), unalias(a))             --> 1	2	true	false
a ! "too late"
print(nothing(), dropped())                                     --> true	1
-- What was on its way when it was taken back does not arrive: unalias is sharp.
a = alias()
a ! "not looked at yet"
unalias(a)
print(nothing(), late())                                        --> true	1
-- What had arrived stays.
a = alias()
a ! "arrived"
self() ! "next"
receive case "next" then end
unalias(a)
print(receive(0))                                               --> arrived

-- For one reply.
a = alias("reply")
a ! "one"
a ! "two"
print(receive(), nothing(), unalias(a))                         --> one	true	false
-- Until the end of its scope.
do
  local b <close> = alias()
  a = b
end
a ! "too late"
print(nothing())                                                --> true

-- Of another process: it sends there, and cannot take it back.
local me = self()
a = alias()
local p, ref = spawn_monitor(function() a ! tostring(unalias(a)) end)
receive case {"DOWN", ^ref} then end
print(receive())                                                --> false
unalias(a)

local function waiter() receive case "end" then end end
local function down(ref) receive case {"DOWN", ^ref, reason = r} then return r end end

-- With a monitor, true or "demonitor": until either ends it.
for _, kind in ipairs{true, "demonitor"} do
  p = spawn(waiter)
  ref = monitor(p, {alias = kind})
  ref ! "first" ref ! "second"
  print(receive(), receive())
  p ! "end"
  print(down(ref), unalias(ref))
  ref ! "late"
  p = spawn(waiter)
  ref = monitor(p, {alias = kind})
  print(demonitor(ref), unalias(ref))
  ref ! "late"
  print(nothing())
  p ! "end"
end
--> first	second
--> normal	false
--> true	false
--> true
--> first	second
--> normal	false
--> true	false
--> true

-- "reply_demonitor": the first reply ends alias and monitor.
p = spawn(waiter)
ref = monitor(p, {alias = "reply_demonitor"})
ref ! "reply"
print(receive(), #process_info().monitors, #process_info(p).monitored_by)   --> reply	0	0
ref ! "another"
p ! "end"
print(nothing(), demonitor(ref))                                --> true	false
-- ... and so does its end.
p = spawn(waiter)
ref = monitor(p, {alias = "reply_demonitor"})
p ! "end"
print(down(ref), unalias(ref))                                  --> normal	false

-- "explicit_unalias": the monitor ends, the alias does not.
p = spawn(waiter)
ref = monitor(p, {alias = "explicit_unalias"})
p ! "end"
print(down(ref))                                                --> normal
ref ! "still an address"
print(receive(), #process_info().monitors, unalias(ref), unalias(ref))      --> still an address	0	true	false
p = spawn(waiter)
ref = monitor(p, {alias = "explicit_unalias"})
print(demonitor(ref), demonitor(ref))                           --> true	false
ref ! "still"
print(receive(), unalias(ref))                                  --> still	true
p ! "end"
-- unalias leaves the monitor.
p = spawn(waiter)
ref = monitor(p, {alias = true})
unalias(ref)
ref ! "late"
p ! "end"
print(down(ref), nothing())                                     --> normal	true

-- demonitor ends monitors, not what is nothing but an alias.
ref = alias("reply")
print(demonitor(ref))                                           --> false
ref ! "all the same"
print(receive())                                                --> all the same

-- Of oneself: the alias only.
ref = monitor(self(), {alias = true})
ref ! "to myself"
print(receive(), #process_info().monitors, unalias(ref))        --> to myself	0	true
print((pcall(monitor, self(), {alias = "for ever"})), (pcall(alias, "twice")), (pcall(unalias, 1)))
--> false	false	false

-- A timer may send to one.
a = alias()
send_after(5, a, "in time")
print(receive())                                                --> in time
send_after(5, a, "late")
unalias(a)
sleep(15)
print(nothing())                                                --> true

-- None is left when its process ends.
p, ref = spawn_monitor(function() for i = 1, 10 do alias() end monitor(me, {alias = "explicit_unalias"}) end)
receive case {"DOWN", ^ref} then end
l = debug.ledger()
print(l.aliases - l.unaliased, l.monitors == l.downs + l.demonitored + l.monitors_purged)   --> 0	true
