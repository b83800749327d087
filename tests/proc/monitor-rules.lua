-- Monitors, rule by rule as Erlang/OTP documents them.
local function waiter() receive case "end" then end end
local function nothing() return receive(20) == nil end

-- Each call makes one of its own, and each is told.
local p = spawn(waiter)
local a, b = monitor(p), monitor(p)
print(a == b)                                           --> false
demonitor(a)
p ! "end"
receive case {"DOWN", ref, pid = who} then print(ref == b, who == p) end        --> true	true
print(nothing())                                        --> true

-- By name: the message tells the name, and who had it; later owners do not matter.
p = spawn({name = "somebody"}, waiter)
local ref = monitor("somebody")
unregister("somebody")
local q = spawn({name = "somebody"}, waiter)
p ! "end"
receive
  case {"DOWN", ^ref, name = n, pid = who, reason = r} then print(n, who == p, r)   --> somebody	true	normal
end
q ! "end"
print(nothing())                                        --> true
ref = monitor("nobody at all")
receive
  case {"DOWN", ^ref, name = n, pid = who or "no pid", reason = r} then print(n, who, r)    --> nobody at all	no pid	noproc
end
-- By pid there is no name in it.
p = spawn({name = "named"}, waiter)
ref = monitor(p)
p ! "end"
receive case {"DOWN", ^ref, name = n or "no name"} then print(n) end            --> no name

-- Of oneself: a ref, and no monitor.
ref = monitor(self())
print(type(ref), #process_info().monitors, #process_info().monitored_by)        --> ref	0	0
print(demonitor(ref))                                   --> false

-- demonitor tells whether it was there; then no DOWN comes, however near the end was.
p = spawn(waiter)
ref = monitor(p)
p ! "end"
local was = demonitor(ref, {info = true, flush = true})
print(type(was), nothing())                             --> boolean	true
print(demonitor(ref), demonitor(ref, "info"), demonitor(ref, {info = true, flush = true}))  --> false	false	false
print((pcall(demonitor, ref, "flash")))                 --> false
-- flush takes the DOWN of that ref only, and no other message.
p = spawn(waiter)
a, b = monitor(p), monitor(p)
self() ! "before"
p ! "end"
receive case {"DOWN", ^b} then end
self() ! "after"
print(demonitor(a, "flush"), receive(), receive(), nothing())   --> false	before	after	true

-- A ref of another process is none of ours.
local me = self()
q = spawn(function() me ! monitor(me) waiter() end)
ref = receive()
print(demonitor(ref))                                   --> false
print(#process_info().monitored_by)                     --> 1
q ! "end"

-- The one that watches ends: the watched forgets it.
p = spawn(waiter)
q, ref = spawn_monitor(function() monitor(p) end)
receive case {"DOWN", ^ref} then end
print(#process_info(p).monitored_by)                    --> 0
p ! "end"
