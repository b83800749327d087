-- Processes come and go by the thousand; slots are used again, pids are not.
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local N = 100000 // SCALE
local me = self()
local first, ref = spawn_monitor(function() end)
receive case {"DOWN", ^ref} then end
local same = 0
for i = 1, N do
  local p = spawn(function() me ! "x" end)
  if p == first then same = same + 1 end
  receive case "x" then end
end
print(same)                        --> 0
