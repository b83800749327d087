-- A guard that flushes the very message it looks at crashed the VM. The message
-- stays until the receive is over.
local p, ended = spawn_monitor(function() end)
receive case {"DOWN", ^ended} then end
local ref, other = monitor(p), monitor(p)
receive
  case {"DOWN", r} if not demonitor(r, "flush") and not demonitor(other, "flush") then print(r == ref)
end                                --> true
print(receive(0))                  --> nil	timeout
