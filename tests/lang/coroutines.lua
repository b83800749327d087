-- lua: same
-- create, resume, yield, status, wrap, running, isyieldable.

local co = coroutine.create(function(a, b)
  print("start", a, b)
  local c = coroutine.yield(a + b)
  print("got", c)
  local d, e = coroutine.yield(c * 2)
  print("got", d, e)
  return "done", 99
end)
print(coroutine.status(co))       --> suspended
print(coroutine.resume(co, 1, 2))
--> start	1	2
--> true	3
print(coroutine.status(co))       --> suspended
print(coroutine.resume(co, 10))
--> got	10
--> true	20
print(coroutine.resume(co, "x", "y"))
--> got	x	y
--> true	done	99
print(coroutine.status(co), coroutine.resume(co))  --> dead	false	cannot resume dead coroutine

local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
print(gen(), gen(), gen(), gen()) --> 1	2	3
print((select(2, pcall(gen)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'")))
--> cannot resume dead coroutine

-- Errors inside.
local bad = coroutine.create(function() local x = nil; return x.y end)
local ok, msg = coroutine.resume(bad)
print(ok, (msg:gsub("^[^:]+:%d+: ", "")), coroutine.status(bad))
--> false	attempt to index a nil value (local 'x')	dead
local werr = coroutine.wrap(function() error({code = 7}) end)
local ok2, e = pcall(werr)
print(ok2, type(e), e.code)       --> false	table	7

print(coroutine.isyieldable(), select(2, coroutine.running()))  --> false	true
coroutine.wrap(function()
--> true	false
--> running
  print(coroutine.isyieldable(), select(2, coroutine.running()))
  print(coroutine.status((coroutine.running())))
end)()

-- A coroutine that resumes another; status normal.
local outer
outer = coroutine.create(function()
  local inner = coroutine.create(function()
    print(coroutine.status(outer))
    print(coroutine.resume(outer))
    coroutine.yield("from inner")
  end)
  print(coroutine.resume(inner))
  print(coroutine.status(inner))
end)
coroutine.resume(outer)
--> normal
--> false	cannot resume non-suspended coroutine
--> true	from inner
--> suspended
print(coroutine.resume(coroutine.running()))  --> false	cannot resume non-suspended coroutine

-- yield across pcall, metamethods, iterators and sort comparators of the language.
local c2 = coroutine.wrap(function()
  local ok, v = pcall(function() return coroutine.yield("in pcall") + 1 end)
  coroutine.yield(v)
  local mt = setmetatable({}, {__add = function(a, b) return coroutine.yield("in __add") end,
                               __index = function(_, k) return coroutine.yield("in __index") end})
  coroutine.yield(mt + 1)
  coroutine.yield(mt.key)
  for v in function() return coroutine.yield("in iterator") end do coroutine.yield("body " .. v) end
  local ok, e = pcall(function() coroutine.yield("before error"); error("oops", 0) end)
  coroutine.yield(e)
  return "end"
end)
print(c2()); print(c2(41)); print(c2()); print(c2("sum")); print(c2())
--> in pcall
--> 42
--> in __add
--> sum
--> in __index
print(c2("field")); print(c2()); print(c2("v")); print(c2()); print(c2(nil)); print(c2()); print(c2())
--> field
--> in iterator
--> body v
--> in iterator
--> before error
--> oops
--> end

-- Generators as in textbooks: permutations, and a tree walk.
local function permute(a, n)
  n = n or #a
  if n <= 1 then coroutine.yield(a) else
    for i = 1, n do
      a[n], a[i] = a[i], a[n]
      permute(a, n - 1)
      a[n], a[i] = a[i], a[n]
    end
  end
end
local n = 0
for p in coroutine.wrap(function() permute({1, 2, 3, 4}) end) do n = n + 1 end
print(n)                          --> 24
local function err(...) print((select(2, pcall(...)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(coroutine.create, 1)          --> bad argument #1 to 'create' (function expected, got number)
err(coroutine.resume, 1)          --> bad argument #1 to 'resume' (thread expected, got number)
err(coroutine.status, nil)        --> bad argument #1 to 'status' (thread expected, got nil)
print(select("#", coroutine.resume(coroutine.create(function() return end))))  --> 1

-- Many at once.
local N = 1000 // (os.getenv("MOONLET_SCALE") and 20 or 1)
local cs = {}
for i = 1, N do cs[i] = coroutine.wrap(function(x) while true do x = coroutine.yield(x + i) end end) end
local sum = 0
for r = 1, 3 do for i = 1, N do sum = sum + cs[i](r) end end
print(sum == 3 * N * (N + 1) // 2 + 6 * N)  --> true
