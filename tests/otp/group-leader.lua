-- A child has the group leader of its parent; anyone may give it another.
local t = require("trace")
local me = self()
local old = group_leader()
local l = t.role("leader", spawn(function() receive case "end" then end end))
local m = t.role("other", spawn(function() receive case "end" then end end))
group_leader(l)
local p = spawn(function()
  me ! {group_leader()}
  receive case "asked" then me ! {group_leader()} end
  receive case "end" then end
end)
local inherited = t.next()[1]
local seen = process_info(p, "group_leader")
group_leader(p, m)
p ! "asked"
local given = t.next()[1]
local own = group_leader()
group_leader(old)
t.say("inherited", inherited)
t.say("seen from outside", seen)
t.say("given by another", given)
t.say("my own", own)
p ! "end"
