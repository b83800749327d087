-- What a process notes of itself, and others see with process_info.
local t = require("trace")
local me = self()
process_dictionary().job = "mine"
local p = spawn(function()
  local d = process_dictionary()
  me ! {d.job or false}
  d.job = "theirs"
  d.count = 3
  d.list = {1, 2}
  d.gone = 1
  d.gone = nil
  me ! "noted"
  receive case "end" then end
end)
t.say("not inherited", t.next()[1] or nil)
t.next()
local d, n = process_info(p, "dictionary"), 0
for _ in pairs(d) do n = n + 1 end
t.say("text", d.job)
t.say("number", d.count)
t.say("erased", d.gone)
t.say("entries", n)
t.differs("a table", d.list)
t.say("my own", process_dictionary().job)
p ! "end"
