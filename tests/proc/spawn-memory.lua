-- A process that grows beyond its memory ends with a limit reason, which
-- pcall does not catch; the others go on.
local _, ref = spawn({monitor = true, memory = 200000}, function()
  pcall(function()
    local t = {}
    while true do t[#t + 1] = {#t} end
  end)
  print("never")
end)
receive
  case {"DOWN", ^ref, reason = {"limit", what}} then print(what)   --> memory
end
