-- Who waits for the answer of a background process keeps the program alive: it will come.
local server = spawn({background = true}, function() while true do receive case _ then end end end)
spawn(function()
  sleep(10)
  for _ = 1, 3 do print(process_info(server).background) end
end)
--> true
--> true
--> true
