-- Exit signals and messages of one sender arrive in the order sent.
local t = require("trace")
local me = self()
local p = spawn(function()
  process_flag("trap_exit", true)
  me ! "ready"
  receive case "go" then end
  for _ = 1, 4 do
    receive
      case {"EXIT", ^me, reason = r} then me ! {"exit", r}
      case m then me ! {"message", m}
    end
  end
end)
t.next()
p ! "one"
exit(p, "two")
p ! "three"
exit(p, "normal")
p ! "go"
for _ = 1, 4 do t.say("p got", t.next()) end
-- to one that does not trap: what came before the signal is not read any more
local q, ref = spawn_monitor(function()
  receive case "first" then me ! "first read" end
  t.idle()
end)
q ! "first"
t.say("q", t.next())
exit(q, "stop")
q ! "first"
t.say("q ended", t.down(ref))
t.quiet("then")
