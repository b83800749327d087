-- What a process sent before its end arrives before the EXIT and the DOWN of it.
local t = require("trace")
local me = self()
process_flag("trap_exit", true)
local p = t.role("p", spawn_link(function() me ! 1 me ! 2 exit("over") end))
for _ = 1, 3 do t.say("linked", t.next()) end
local q, ref = spawn_monitor(function() me ! 1 me ! 2 exit("over") end)
t.role("q", q) t.role("ref", ref)
for _ = 1, 3 do t.say("watched", t.next()) end
t.quiet("then")
