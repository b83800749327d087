-- Trees that live long beside very many that do not: allocation.
-- quick: 5
-- counted: 8
-- allocates
local N = tonumber(arg and arg[1]) or 15
local function tree(depth)
  if depth == 0 then return {} end
  return { tree(depth - 1), tree(depth - 1) }
end
local function count(t)
  if t[1] then return 1 + count(t[1]) + count(t[2]) end
  return 1
end
local long = tree(N)
local total = 0
for depth = 4, N, 4 do
  local times = 2 ^ (N - depth + 4)
  local sum = 0
  for _ = 1, times do sum = sum + count(tree(depth)) end
  total = total + sum
end
print(string.format("%d %d", total, count(long)))
