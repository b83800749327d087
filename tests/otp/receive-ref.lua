-- A reply is found by its ref behind any number of others, and a ref is equal after a journey.
local t = require("trace")
local me = self()
local server = spawn(function()
  while true do
    receive case {"ask", from, ref, n: number} then
      for i = 1, n do from ! {"noise", i} end
      from ! {ref, "answer", n}
      from ! {"same", ref}
    end
  end
end)
local one, two = make_ref(), make_ref()
t.say("different", one ~= two)
server ! {"ask", me, one, 3}
server ! {"ask", me, two, 2}
receive case {^two, "answer", n} then t.say("two", n) end
receive case {^one, "answer", n} then t.say("one", n) end
t.role("one", one) t.role("two", two)
for _ = 1, 7 do t.say("left", t.next()) end
t.quiet("then")
