-- A background process does not keep the program alive.
spawn({background = true}, function()
  while true do sleep(1) end
end)
spawn(function() sleep(20) print("worker done") end)
print("main done")
--> main done
--> worker done
