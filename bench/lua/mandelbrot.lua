-- Points of a plane that stay near: floats and tests.
-- quick: 10
local N = tonumber(arg and arg[1]) or 1000
local inside = 0
for row = 0, N - 1 do
  local ci = 2.0 * row / N - 1.0
  for col = 0, N - 1 do
    local cr = 2.0 * col / N - 1.5
    local zr, zi, zr2, zi2, n = 0.0, 0.0, 0.0, 0.0, 0
    while n < 50 and zr2 + zi2 <= 4.0 do
      zi = 2.0 * zr * zi + ci
      zr = zr2 - zi2 + cr
      zr2, zi2 = zr * zr, zi * zi
      n = n + 1
    end
    if n == 50 then inside = inside + 1 end
  end
end
print(string.format("%d", inside))
