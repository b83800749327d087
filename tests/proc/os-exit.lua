-- exit: 3
-- os.exit ends the whole program at once, from any process.
local main = self()
spawn(function()
  print("child")                   --> child
  os.exit(3)
end)
receive case "never" then end
print("main")
