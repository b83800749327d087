-- table.sort, with and without a function of one's own, and of strings.
-- quick: 100
local N = tonumber(arg and arg[1]) or 250000
local seed = 7
local function random()
  seed = (seed * 16807) % 2147483647
  return seed
end
local a, b, c = {}, {}, {}
for i = 1, N do
  a[i] = random()
  b[i] = a[i]
  c[i] = "key" .. a[i] % 100000
end
table.sort(a)
table.sort(b, function(x, y) return x > y end)
table.sort(c)
for i = 1, N do assert(a[i] == b[N - i + 1]) end
print(string.format("%d %s", a[1], c[1]))
