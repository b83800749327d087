-- What is in the mailbox at the end is gone; who sent it hears nothing, who watches hears once.
local t = require("trace")
local p, ref = spawn_monitor(function() receive case "end" then end end)
for i = 1, 5 do p ! {"unread", i} end
p ! "end"
t.say("ended", t.down(ref))
for i = 1, 5 do p ! {"late", i} end
t.quiet("then")
t.say("lives", process_info(p) ~= nil)
