-- Main ends while others only wait for messages nobody can send: the program
-- ends well.
for _ = 1, 10 do
  spawn(function() receive case "never" then end end)
end
local p = spawn(function() receive case m then print("got " .. m) end end)
p ! "the last message"             --> got the last message
