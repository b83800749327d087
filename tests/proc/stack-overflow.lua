-- Endless recursion is an error of that process only.
local p, ref = spawn_monitor(function()
  local function down() return 1 + down() end
  if (os.getenv("MOONLET_STRESS") or ""):find("gc") then error("stack overflow takes too long here") end
  down()
end)
--| stack overflow
receive case {"DOWN", ^ref, reason = {"error", v}} then print(v:find("stack overflow") ~= nil) end   --> true
