-- exit: 1
-- When main waits for what can never come, the program says so and ends.
local p = spawn(function() receive case "question" then end end)
monitor(p)
link(p)
print("waiting")                   --> waiting
receive case "answer" then print("never") end
--| deadlock
--| deadlock.lua:7
--| linked to <0.1>; watches <0.1>
--| linked to main
