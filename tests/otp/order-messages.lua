-- Messages of one process arrive in the order sent, whatever was received between.
local t = require("trace")
local me = self()
local p = spawn(function()
  for i = 1, 5 do me ! {"n", i} end
  receive case "more" then end
  for i = 6, 8 do me ! {"n", i} end
end)
for _ = 1, 5 do t.say("got", t.next()) end
p ! "more"
for _ = 1, 3 do t.say("got", t.next()) end
t.quiet("then")
