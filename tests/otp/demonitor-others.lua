-- A monitor is its maker's: another process' demonitor does nothing.
local t = require("trace")
local me = self()
local p = t.role("p", spawn(t.idle))
local ref = t.role("ref", monitor(p))
local q, qref = spawn_monitor(function()
  receive case {"take back", r} then exit({"answer", demonitor(r)}) end
end)
q ! {"take back", ref}
t.say("another", t.down(qref))
exit(p, "bad")
t.say("got", t.next())
t.quiet("then")
-- nor does an EXIT reach who only watches, or a DOWN who is only linked
process_flag("trap_exit", true)
local r = t.role("r", spawn_link(function() exit("linked only") end))
t.say("got", t.next())
t.quiet("then")
