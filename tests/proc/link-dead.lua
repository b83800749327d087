-- Linking to a process that is gone: an exit signal with reason noproc.
local p, ref = spawn_monitor(function() end)
receive case {"DOWN", ^ref} then end
process_flag("trap_exit", true)
link(p)
receive case {"EXIT", ^p, reason = r} then print(r) end        --> noproc
local q
q, ref = spawn_monitor(function() link(p); receive case "never" then end end)
receive case {"DOWN", ^ref, reason = r} then print(r) end      --> noproc
