-- An alias without a monitor, until it is taken back or, with "reply", until the first message.
local t = require("trace")
local me = self()
local ref = t.role("ref", alias())
t.say("monitors", t.set(process_info(self()).monitors))
ref ! 1
ref ! 2
t.say("got", t.next())
t.say("got", t.next())
t.say("unalias", unalias(ref))
t.say("again", unalias(ref))
ref ! 3
t.quiet("then")
local once = alias("reply")
once ! 1
once ! 2
t.say("got", t.next())
t.quiet("then")
t.say("unalias", unalias(once))
t.say("a ref that is none", unalias(make_ref()))
-- another takes it back: no
ref = alias()
t.say("another", t.ends(function() exit({unalias(ref)}) end))
ref ! "still"
t.say("got", t.next())
-- several senders; what was received before stays
local p = spawn(function()
  for _ = 1, 2 do receive case {"say", r, x} then r ! x me ! "said" end end
end)
p ! {"say", ref, "early"}
t.say("got", t.next())
t.say("p", t.next())
t.say("unalias", unalias(ref))
p ! {"say", ref, "late"}
t.say("p", t.next())
t.quiet("then")
-- it ends with its process
local q, qref = spawn_monitor(function() local a = alias() me ! {"alias", a} end)
local m = t.next()
t.down(qref)
t.say("to an alias of the dead", t.fails(send, m[2], "x"))
t.quiet("then")
