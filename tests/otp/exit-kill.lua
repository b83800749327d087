-- exit(pid, "kill") ends one who traps; its links and monitors hear "killed", which can be trapped.
local t = require("trace")
local me = self()
process_flag("trap_exit", true)
local p = t.role("p", spawn_link(function()
  process_flag("trap_exit", true)
  me ! "ready"
  t.idle()
end))
t.next()
exit(p, "kill")
t.say("got", t.next())
local q, ref = spawn_monitor(t.idle)
t.role("q", q) t.role("ref", ref)
exit(q, "kill")
t.say("got", t.next())
-- down a chain of links it goes on as an ordinary reason
local a = t.role("a", spawn(t.idle))
local b = t.role("b", spawn(function() link(a) me ! "linked" t.idle() end))
t.next()
link(b)
exit(a, "kill")
t.say("got", t.next())
-- "killed" as a reason of exit(pid, ...) is an ordinary one
local c = t.role("c", spawn(function()
  process_flag("trap_exit", true)
  me ! "ready"
  receive case {"EXIT", _, reason = r} then me ! {"trapped", r} end
end))
t.next()
exit(c, "killed")
t.say("c", t.next())
