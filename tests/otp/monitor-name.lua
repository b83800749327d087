-- A monitor by name watches the process that has the name at that moment; the DOWN tells the name.
local t = require("trace")
local a = spawn(function() receive case "end" then exit("a ended") end end)
local b = spawn(function() receive case "end" then exit("b ended") end end)
register("worker", a)
t.role("first", monitor("worker"))
unregister("worker")
register("worker", b)
t.role("second", monitor("worker"))
a ! "end"
t.say("got", t.next())
t.quiet("then")
b ! "end"
t.say("got", t.next())
t.role("third", monitor("worker"))
t.say("of nobody", t.next())
t.quiet("then")
-- taken back
register("worker", spawn(t.idle))
local ref = monitor("worker")
t.say("demonitor", demonitor(ref))
exit(whereis("worker"), "kill")
t.quiet("then")
