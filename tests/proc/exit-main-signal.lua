-- exit: 1
-- A signal that ends main says who sent it, why, and where main was.
local me = self()
spawn(function() exit(me, {"out of", "tea"}) end)
--| main was ended by <0.1>, with the reason {"out of", "tea"}
--| exit-main-signal.lua:7
receive case "never" then end
