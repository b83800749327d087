-- Main ends while others still work, sleep or wait for a timer: the program
-- goes on until they are done.
local last = spawn(function()
  local done = {}
  for i = 1, 4 do done[i] = receive() end
  table.sort(done)
  print(table.concat(done, ", "))
end)
spawn(function()
  sleep(10)
  last ! "slept"
end)
spawn(function()
  receive case "never" then after 30 then last ! "timed out" end
end)
local p = spawn(function() receive case m then last ! m end end)
send_after(50, p, "by timer")
spawn(function()
  local x = 0
  for i = 1, 100000 do x = x + i end
  last ! "counted"
end)
print("main ends")
--> main ends
--> by timer, counted, slept, timed out
