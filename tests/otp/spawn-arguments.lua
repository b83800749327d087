-- A child gets its arguments as they were, and nothing it does to them comes back.
local t = require("trace")
local me = self()
local list = {1, {2, 3}}
local p = spawn(function(a, b)
  receive case "go" then me ! {a, b} end
end, list, "second")
p ! "go"
t.say("got", t.next())
-- not a function: an error where it is called
t.say("spawn of a number", t.fails(spawn, 42))
t.say("send keeps nesting", (function() me ! {{}, {{"deep", {}}}, true, -7} return t.next() end)())
