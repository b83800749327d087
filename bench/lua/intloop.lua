-- Nested loops over whole numbers, with tests on them.
-- quick: 30
-- counted: 200
local N = tonumber(arg and arg[1]) or 5000
local sum, odd = 0, 0
for i = 1, N do
  for j = 1, N do
    local x = (i * j + j) % 1021
    if x % 2 == 1 then odd = odd + 1 else sum = sum + x end
  end
end
print(string.format("%d %d", sum, odd))
