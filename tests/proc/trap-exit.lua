-- A process that traps exits gets them as messages.
print(process_flag("trap_exit", true))     --> false
print(process_flag("trap_exit", true))     --> true
local p = spawn_link(function() exit("oops") end)
receive case {"EXIT", ^p, reason = r} then print(r) end        --> oops
p = spawn_link(function() end)
receive case {"EXIT", ^p, reason = r} then print(r) end        --> normal
p = spawn_link(function() receive case "never" then end end)
exit(p, "kill")
receive case {"EXIT", ^p, reason = r} then print(r) end        --> killed

-- exit(pid, reason) to one who traps is a message too.
local me = self()
local t = spawn(function()
  process_flag("trap_exit", true)
  me ! "ready"
  for _ = 1, 2 do
    receive case {"EXIT", from, reason = r} then me ! {from == me, r} end
  end
end)
receive case "ready" then end
exit(t, "please")
receive case {mine, r} then print(mine, r) end                 --> true	please
exit(t, "normal")
receive case {mine, r} then print(mine, r) end                 --> true	normal

-- Turned off, a bad end of a link is the own end again.
local q, ref = spawn_monitor(function()
  process_flag("trap_exit", true)
  process_flag("trap_exit", false)
  spawn_link(function() exit("bad") end)
  receive case "never" then end
end)
receive case {"DOWN", ^ref, reason = r} then print(r) end      --> bad
