-- The largest eigenvalue of an infinite matrix, by power iteration.
-- quick: 10
local N = tonumber(arg and arg[1]) or 700
local function a(i, j)
  local k = i + j - 1
  return 1.0 / (k * (k - 1) * 0.5 + i)
end
local function times(x, y)
  for i = 1, N do
    local s = 0
    for j = 1, N do s = s + x[j] * a(i, j) end
    y[i] = s
  end
end
local function transposed(x, y)
  for i = 1, N do
    local s = 0
    for j = 1, N do s = s + x[j] * a(j, i) end
    y[i] = s
  end
end
local u, v, t = {}, {}, {}
for i = 1, N do u[i] = 1 end
for _ = 1, 8 do
  times(u, t) transposed(t, v)
  times(v, t) transposed(t, u)
end
local vbv, vv = 0, 0
for i = 1, N do
  vbv = vbv + u[i] * v[i]
  vv = vv + v[i] * v[i]
end
print(string.format("%.6f", math.sqrt(vbv / vv)))
