-- lua: same
-- for with an iterator function, state, control and closing value.

local function range(n)
  return function(limit, i) if i < limit then return i + 1 end end, n, 0
end
for i in range(3) do io.write(i, " ") end
print(".")                        --> 1 2 3 .

for a, b, c in (function() local k = 0
                  return function() k = k + 1
                    if k < 3 then return k, k * 2 end end end)() do
  print(a, b, c)
  --> 1	2	nil
  --> 2	4	nil
end

-- The closing value is closed at the end, at break and at an error.
local function iter(n)
  local closing = setmetatable({}, {__close = function(_, e)
    print("closed", e) end})
  return function(_, i) if i < n then return i + 1 end end, nil, 0, closing
end
for i in iter(2) do io.write(i, " ") end  --> 1 2 closed	nil
for i in iter(5) do if i == 2 then break end end  --> closed	nil
print(pcall(function() for i in iter(5) do error("stop", 0) end end))
--> closed	stop
--> false	stop
print((function() for i in iter(5) do return i end end)())
--> closed	nil
--> 1

-- __call as an iterator.
local callable = setmetatable({}, {__call = function(_, s, i)
  i = (i or 0) + 1
  if i <= 2 then return i end
end})
for i in callable do io.write(i, " ") end
print(".")                        --> 1 2 .

print(select(2, pcall(function() for i in 5 do end end)):gsub("^[^:]+:%d+: ", "") .. "")
--> attempt to call a number value (for iterator 'for iterator')
print((select(2, pcall(function() for i in nil do end end)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'")))
--> attempt to call a nil value (for iterator 'for iterator')
