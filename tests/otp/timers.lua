-- send_after: in order of time, from a process that has ended, to a name, to the dead; cancelling.
local t = require("trace")
local me = self()
send_after(60, me, "third")
send_after(20, me, "first")
send_after(40, me, {"second", 2})
for _ = 1, 3 do t.say("got", t.next()) end
t.say("zero", send_after(0, me, "at once") ~= nil)
t.say("got", t.next())
local ref = send_after(60000, me, "never")
local left = cancel_timer(ref)
t.say("left", left > 50000 and left <= 60000)
t.say("again", cancel_timer(ref))
ref = send_after(1, me, "sent")
t.say("got", t.next())
t.say("too late", cancel_timer(ref))
t.say("a ref that is none", cancel_timer(make_ref()))
t.say("wrong time", t.fails(send_after, "soon", me, "x"))
-- who started it is gone
t.ends(function() send_after(20, me, "of the dead") end)
t.say("got", t.next())
-- another may cancel it
local timer = send_after(60000, me, "never")
local p = spawn(function() receive case ref then me ! type(cancel_timer(ref)) end end)
p ! timer
t.say("cancelled by another", t.next() == "number")
-- to a process that ends, and to one that has
local q = spawn(function() receive case "end" then end end)
send_after(20, q, "nobody reads it")
q ! "end"
t.gone(q)
t.say("to the dead", t.fails(send_after, 1, q, "nor this"))
t.quiet("then")
