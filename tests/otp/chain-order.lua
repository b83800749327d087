-- What one process does to several is seen by each in its order: a message, a link's end, a message of a third.
local t = require("trace")
local me = self()
-- a tells b and then c; c tells b after it heard: b must have a's word first only if c waits for b
local b = spawn(function()
  for _ = 1, 2 do receive case {"word", n} then me ! {"b heard", n} end end
end)
local c = spawn(function()
  receive case {"then", n} then
    receive case "b has it" then b ! {"word", n} end
  end
end)
b ! {"word", 1}
c ! {"then", 2}
t.say("got", t.next())
c ! "b has it"
t.say("got", t.next())
-- monitor, message, exit of one sender to one receiver, in that order
local p = spawn(function() receive case {"a message", from} then from ! "p read it" t.idle() end end)
local ref = t.role("ref", monitor(p))
t.role("p", p)
p ! {"a message", me}
t.say("got", t.next())
exit(p, "stop")
t.role("late", monitor(p))
t.say("got", t.next())
t.say("got", t.next())
