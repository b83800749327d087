-- An object that only a dead register referred to was never collected.
local finish = false
setmetatable({}, {__gc = function() finish = true end})
local rounds = 0
repeat
  local a = {}
  rounds = rounds + 1
until finish or rounds > 3000000
print(finish)                          --> true
