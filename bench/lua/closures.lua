-- Functions made and called: captured variables, functions as values.
-- quick: 1000
-- allocates
local N = tonumber(arg and arg[1]) or 1000000
local function counter(step)
  local n = 0
  return function() n = n + step return n end
end
local function compose(f, g) return function(x) return f(g(x)) end end
local function add(n) return function(x) return x + n end end
local sum = 0
for i = 1, N do
  local c = counter(i % 3)
  c() c()
  sum = sum + c()
end
local f = add(1)
for _ = 1, 20 do f = compose(f, add(1)) end
for i = 1, N / 10 do sum = sum + f(i) % 10 end
local function fold(t, f, x)
  for i = 1, #t do x = f(x, t[i]) end
  return x
end
local t = {}
for i = 1, 1000 do t[i] = i end
for _ = 1, N / 1000 do sum = sum + fold(t, function(a, b) return (a + b) % 1000 end, 0) end
print(string.format("%d", sum))
