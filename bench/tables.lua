-- tables.lua - array parts, fields and many short-lived tables.
-- lua: same
local n, sum = 2000000, 0
local composite = {}
for i = 2, n do
  if not composite[i] then
    sum = sum + 1
    for k = i * i, n, i do composite[k] = true end
  end
end
print(sum)

local function tree(depth)
  if depth == 0 then return {} end
  return { left = tree(depth - 1), right = tree(depth - 1) }
end
local function count(t)
  return t.left and 1 + count(t.left) + count(t.right) or 1
end
for _ = 1, 20 do sum = sum + count(tree(14)) end
print(sum)
