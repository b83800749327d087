-- exit: 1
-- What has a __gc is finalised however a process ends by itself: its function
-- returns, it calls exit(), or it fails.
local me = self()
local function ends(f)
  local _, ref = spawn_monitor(function()
    kept = setmetatable({}, {__gc = function() me ! "finalised" end})
    f()
  end)
  receive case {"DOWN", ^ref, reason = r} then
    print(type(r) == "table" and r[1] or r, receive(0))
  end
end
ends(function() end)                            --> normal	finalised
ends(function() exit("enough") end)             --> enough	finalised
ends(function() error("failed") end)            --> error	finalised
ends(function() pcall(exit, "inside") end)      --> inside	finalised

-- exit() in a finaliser ends the finaliser
ends(function()
  also = setmetatable({}, {__gc = function() exit("no more") end})
  exit("first")
end)
--? .*finalised

mine = setmetatable({}, {__gc = function() print("main too") end})
error("main fails")                             --| main fails
--> main too
