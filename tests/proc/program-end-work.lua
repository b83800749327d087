-- Main ends while others still work, sleep or wait for a timer: the program
-- goes on until they are done.
spawn(function()
  sleep(10)
  print("slept")
end)
spawn(function()
  receive case "never" then after 30 then print("timed out") end
end)
local p = spawn(function() receive case m then print(m) end end)
send_after(50, p, "by timer")
spawn(function()
  local x = 0
  for i = 1, 100000 do x = x + i end
end)
print("main ends")
--> main ends
--> slept
--> timed out
--> by timer
