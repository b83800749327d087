-- A timer whose receiver has ended: Erlang's is cancelled by that end, here it runs on and its
-- message is dropped.
local t = require("trace")
local p, ref = spawn_monitor(function() receive case "end" then end end)
local timer = send_after(60000, p, "never")
p ! "end"
t.down(ref)
t.differs("cancelling it answers with a time", cancel_timer(timer) ~= false)
