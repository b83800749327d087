-- Calls and integer arithmetic.
-- quick: 10
-- counted: 20
local N = tonumber(arg and arg[1]) or 34
local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end
print(string.format("%d", fib(N)))
