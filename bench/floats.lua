-- floats.lua - a loop of float arithmetic and comparisons.
-- lua: same
local inside, size = 0, 400
for y = 0, size - 1 do
  for x = 0, size - 1 do
    local cr, ci = 2.0 * x / size - 1.5, 2.0 * y / size - 1.0
    local zr, zi, n = 0.0, 0.0, 0
    while n < 50 and zr * zr + zi * zi < 4.0 do
      zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
      n = n + 1
    end
    if n == 50 then inside = inside + 1 end
  end
end
print(inside)
