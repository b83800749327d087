-- After demonitor no DOWN comes; with "flush" also none that was queued.
local p = spawn(function() receive case "end" then end end)
local ref = monitor(p)
print(demonitor(ref))              --> true
local other = monitor(p)
p ! "end"
receive case {"DOWN", ^other} then end
print(receive(0))                  --> nil	timeout

-- Too late: the DOWN is in the mailbox already.
p = spawn(function() end)
ref = monitor(p)
other = monitor(p)
receive case {"DOWN", ^other} then end
demonitor(ref, "flush")
print(receive(5))                  --> nil	timeout
print(demonitor(ref))              --> false
