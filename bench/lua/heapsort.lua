-- A sort written in Lua: an array as a heap.
-- quick: 100
local N = tonumber(arg and arg[1]) or 600000
local seed = 42
local function random()
  seed = (seed * 3877 + 29573) % 139968
  return seed / 139968
end
local function sift(a, root, last)
  local x = a[root]
  local child = root * 2
  while child <= last do
    if child < last and a[child] < a[child + 1] then child = child + 1 end
    if a[child] <= x then break end
    a[root] = a[child]
    root, child = child, child * 2
  end
  a[root] = x
end
local a = {}
for i = 1, N do a[i] = random() end
for i = math.floor(N / 2), 1, -1 do sift(a, i, N) end
for last = N, 2, -1 do
  a[1], a[last] = a[last], a[1]
  sift(a, 1, last - 1)
end
for i = 2, N do assert(a[i - 1] <= a[i]) end
print(string.format("%.6f", a[N]))
