-- A process that ends itself with the reason "kill" sends an ordinary signal: only exit(pid, "kill") kills.
local t = require("trace")
local me = self()
process_flag("trap_exit", true)
t.role("p", spawn_link(function() exit("kill") end))
t.say("got", t.next())
local q, ref = spawn_monitor(function() exit("kill") end)
t.role("q", q) t.role("ref", ref)
t.say("got", t.next())
-- one that does not trap ends with the reason it heard
local a = t.role("a", spawn(function() receive case "end" then exit("kill") end end))
local b = t.role("b", spawn(function() link(a) me ! "linked" t.idle() end))
t.next()
link(b)
a ! "end"
t.say("got", t.next())
t.quiet("then")
