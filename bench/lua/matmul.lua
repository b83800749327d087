-- Product of matrices: arrays of arrays of floats.
-- quick: 10
local N = tonumber(arg and arg[1]) or 350
local function matrix(n)
  local m = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do row[j] = (i - j) * (i + j - 2) / n / n end
    m[i] = row
  end
  return m
end
local function product(a, b, n)
  local t, c = {}, {}
  for i = 1, n do
    local row = {}
    for j = 1, n do row[j] = b[j][i] end
    t[i] = row
  end
  for i = 1, n do
    local ai, row = a[i], {}
    for j = 1, n do
      local tj, s = t[j], 0.0
      for k = 1, n do s = s + ai[k] * tj[k] end
      row[j] = s
    end
    c[i] = row
  end
  return c
end
local c = product(matrix(N), matrix(N), N)
print(string.format("%.6f", c[math.floor(N / 2) + 1][math.floor(N / 2) + 1]))
