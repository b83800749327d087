-- A finalizer may send, and is run by the process that owned the object.
local me = self()
do
  local x = setmetatable({}, {__gc = function() me ! "finalized" end})
  x = nil
end
collectgarbage(); collectgarbage()
print(receive(1000))               --> finalized
local p, ref = spawn_monitor(function()
  local y = setmetatable({}, {__gc = function() me ! "at the end" end})
end)
receive case {"DOWN", ^ref} then end
print(receive(1000))               --> at the end
