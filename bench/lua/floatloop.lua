-- A long loop of floating point: the sum of a slowly converging series, and a
-- logistic map.
-- quick: 1000
local N = tonumber(arg and arg[1]) or 20000000
local sum, sign, x = 0.0, 1.0, 0.3
for i = 1, N do
  sum = sum + sign / (2.0 * i - 1.0)
  sign = -sign
  x = 3.7 * x * (1.0 - x)
end
print(string.format("%.9f %s", sum * 4.0, x > 0.0 and x < 1.0))
