-- Sending to a process that is gone is no error; the pid never reaches a
-- stranger.
local p, ref = spawn_monitor(function() end)
receive case {"DOWN", ^ref} then end
print(send(p, "anyone there?"))    --> true
p ! {"or here"}
for _ = 1, 100 do
  local q = spawn(function() receive case m then error("a stranger got " .. m) after 1 then end end)
  if q == p then print("same pid") end
  p ! "lost"
end
sleep(20)
print("quiet")                     --> quiet
print(process_info(p))             --> nil
