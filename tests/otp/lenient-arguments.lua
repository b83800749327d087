-- Where Erlang wants a boolean Lua's truth does, a number for a name is its text, and a time
-- before now is now.
local t = require("trace")
t.differs("trap_exit = a number", t.fails(process_flag, "trap_exit", 42))
t.differs("register as a number", t.fails(register, 42, self()))
t.differs("send_after before now", t.fails(send_after, -1, self(), "x"))
receive case "x" then else end
t.differs("after -1", t.fails(function() receive case "x" then after -1 then end end))
