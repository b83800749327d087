-- after 0 looks at all that is there and does not wait; a time ends a wait, a message in time wins.
local t = require("trace")
local me = self()
receive case _ then t.say("got", "something") after 0 then t.say("after 0", "nothing") end
me ! "other"
receive case "this" then t.say("got", "this") after 0 then t.say("after 0", "no match") end
me ! "this"
receive case "this" then t.say("got", "this") after 0 then t.say("after 0", "no match") end
t.say("left", t.next())
receive case "this" then t.say("got", "this") after 20 then t.say("after 20", "timed out") end
spawn(function() me ! "not this" sleep(10) me ! "this" end)
receive case "this" then t.say("got", "this") after 5000 then t.say("after 5000", "timed out") end
t.say("left", t.next())
receive after 5 then t.say("after 5", "slept") end
