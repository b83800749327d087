-- exit(pid, "normal"): others do not mind, one who traps hears it, oneself ends.
local t = require("trace")
local me = self()
local p, ref = spawn_monitor(t.idle)
t.say("exit", exit(p, "normal"))
exit(p, "other")
t.say("p ended", t.down(ref))
local q, ref = spawn_monitor(function()
  process_flag("trap_exit", true)
  me ! "ready"
  receive case {"EXIT", ^me, reason = r} then me ! {"trapped", r} end
end)
t.next()
exit(q, "normal")
t.say("q", t.next())
t.say("q ended", t.down(ref))
t.say("one that sends it to itself ended", t.ends(function()
  exit(self(), "normal")
  me ! "not reached"
  exit("later")
end))
t.say("one that traps it ended", t.ends(function()
  process_flag("trap_exit", true)
  exit(self(), "normal")
  receive case {"EXIT", from, reason = r} then exit({"trapped", from == self(), r}) end
end))
t.quiet("then")
