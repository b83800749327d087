-- A monitor of one alive, of one dead, and two at a time; a DOWN comes once.
local t = require("trace")
local p = t.role("p", spawn(function() receive case {"end", why} then exit(why) end end))
local one, two = t.role("one", monitor(p)), t.role("two", monitor(p))
t.say("different refs", one ~= two)
p ! {"end", {"custom", 1}}
local got = {}
for i = 1, 2 do
  receive case {"DOWN", ref, pid = who, reason = r} then got[i] = ref t.say("reason", r) end
end
t.say("of", t.set(got))
t.quiet("then")
t.role("three", monitor(p))
t.say("of the dead", t.next())
t.quiet("then")
-- a monitor is one way: the watcher's end is nothing to the watched
local q = spawn(t.idle)
t.ends(function() monitor(q) exit("watcher") end)
t.say("q", process_info(q) and "lives" or "ended")
-- links and a normal end make a DOWN too
local r, ref = spawn_monitor(function() end)
t.role("r", r) t.role("ref", ref)
t.say("got", t.next())
