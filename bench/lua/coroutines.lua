-- Coroutines: a pipeline of generators.
-- quick: 1000
-- allocates
local N = tonumber(arg and arg[1]) or 1000000
local function numbers(n)
  return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end)
end
local function filter(f, from)
  return coroutine.wrap(function()
    for x in from do if f(x) then coroutine.yield(x) end end
  end)
end
local function map(f, from)
  return coroutine.wrap(function() for x in from do coroutine.yield(f(x)) end end)
end
local sum = 0
for x in map(function(x) return x * 2 end, filter(function(x) return x % 3 == 0 end, numbers(N))) do
  sum = sum + x
end
local made = 0
for _ = 1, N / 10 do
  local co = coroutine.create(function(a) local b = coroutine.yield(a + 1) return b + 1 end)
  local _, x = coroutine.resume(co, 1)
  local _, y = coroutine.resume(co, x)
  made = made + y
end
print(string.format("%d %d", sum, made))
