-- The last step of a pairs loop left a wild value behind in the register of
-- the second variable; a collection then followed it.
local function walk(t)
  local n = 0
  for k, v in pairs(t) do n = n + 1 end
  for _ = 1, 3 do collectgarbage("step") end
  return n
end
local sum = 0
for i = 1, 50 do
  local t = {}
  for k = 1, i do t["key" .. k] = {k} end
  sum = sum + walk(t)
end
print(sum)                             --> 1275
