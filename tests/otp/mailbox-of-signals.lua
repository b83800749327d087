-- Signals that are messages (EXIT, DOWN) are received selectively as others are.
local t = require("trace")
process_flag("trap_exit", true)
local me = self()
local p = t.role("p", spawn_link(function() receive case "end" then exit("p ended") end end))
local ref = t.role("ref", monitor(p))
me ! {"DOWN", "no ref"}
p ! "end"
receive case {"DOWN", ^ref, reason = r} then t.say("down", r) end
receive case {"EXIT", ^p, reason = r} then t.say("exit", r) end
t.say("left", t.next())
t.quiet("then")
