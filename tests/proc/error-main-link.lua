-- exit: 1
-- main ended by a link is a failed program too.
spawn_link(function() error("worker failed") end)
--| worker failed
receive case "never" then end
