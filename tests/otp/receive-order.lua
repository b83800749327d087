-- Selective receive takes the first that matches and leaves the others in their order.
local t = require("trace")
local me = self()
for _, m in ipairs {{"a", 1}, {"b", 1}, {"a", 2}, {"c", 1}, {"b", 2}} do me ! m end
receive case {"c", n} then t.say("c", n) end
receive case {"b", n} then t.say("b", n) end
receive case {"a", n} if n > 1 then t.say("a", n) end
for _ = 1, 2 do t.say("left", t.next()) end
t.quiet("then")
-- of two clauses the message decides, not the clause
me ! "second" me ! "first"
receive
  case "first" then t.say("took", "first")
  case "second" then t.say("took", "second")
end
t.say("left", t.next())
-- of two that match one message, the clause above
me ! {"x", 1}
receive
  case {"x", _} then t.say("clause", "above")
  case {_, 1} then t.say("clause", "below")
end
-- a nested receive
me ! "outer" me ! "inner" me ! "last"
receive case "outer" then
  receive case "inner" then t.say("inner", t.next()) end
end
t.quiet("then")
