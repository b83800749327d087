-- A child that ends before anybody looks: link and monitor were there from the start.
local t = require("trace")
process_flag("trap_exit", true)
local p, ref = spawn_monitor(function() end)
t.role("p", p) t.role("ref", ref)
t.say("got", t.next())
t.role("q", spawn_link(function() exit("at once") end))
t.say("got", t.next())
local r, rref = spawn({link = true, monitor = true}, function() exit("both") end)
t.role("r", r) t.role("rref", rref)
receive case m: table if m[1] == "DOWN" then t.say("got", m) end
receive case m: table if m[1] == "EXIT" then t.say("got", m) end
t.quiet("then")
-- the child does the same to its parent's pid
local me = self()
local s, sref = spawn_monitor(function() exit({"parent", process_info(self()).parent == me}) end)
t.say("ended", t.down(sref))
