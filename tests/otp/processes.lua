-- processes() holds the living and not the dead.
local t = require("trace")
local function has(pid)
  for _, p in ipairs(processes()) do if p == pid then return true end end
  return false
end
local p = spawn(t.idle)
t.say("oneself", has(self()))
t.say("a child", has(p))
exit(p, "kill")
t.gone(p)
t.say("the dead", has(p))
