-- exit: 1
-- main ended by a link is a failed program too.
spawn_link(function() error("worker failed") end)
--| worker failed
--| linked to main
--| main was ended by <0.1>, which failed
receive case "never" then end
