-- lua: same
-- table.sort, with and without a comparator.

local function show(t) print(table.concat(t, " ")) end
local t = {5, 2, 8, 1, 9, 3}
table.sort(t); show(t)            --> 1 2 3 5 8 9
table.sort(t, function(a, b) return a > b end); show(t)  --> 9 8 5 3 2 1
t = {"banana", "apple", "Cherry", "date"}
table.sort(t); show(t)            --> Cherry apple banana date
table.sort(t, function(a, b) return a:lower() < b:lower() end); show(t)  --> apple banana Cherry date
t = {3, 1.5, -2, 2^40, 0}
table.sort(t); show(t)            --> -2 0 1.5 3 1099511627776.0
t = {}; table.sort(t); print(#t)  --> 0
t = {1}; table.sort(t); show(t)   --> 1

-- Large, with many equal elements.
t = {}
local x = 42
for i = 1, 2000 do x = (x * 1103515245 + 12345) % 2147483648; t[i] = x % 100 end
table.sort(t)
local ok = true
for i = 2, #t do ok = ok and t[i - 1] <= t[i] end
print(ok, #t, t[1], t[#t])        --> true	2000	0	99
for i = 1, 500 do t[i] = i end
table.sort(t, function(a, b) return a > b end)
ok = true
for i = 2, #t do ok = ok and t[i - 1] >= t[i] end
print(ok)                         --> true

-- Objects with __lt.
local mt = {__lt = function(a, b) return a.k < b.k end}
local objs = {}
for i, k in ipairs {3, 1, 2} do objs[i] = setmetatable({k = k}, mt) end
table.sort(objs)
print(objs[1].k, objs[2].k, objs[3].k)  --> 1	2	3

-- Errors come out, and the table is still a table.
print(pcall(table.sort, {3, 2, 1}, function() error("in comparator", 0) end))  --> false	in comparator
local function err(...) print((select(2, pcall(...)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(table.sort, {1, "x"})         --> attempt to compare string with number
err(table.sort, {1, 2}, 5)        --> bad argument #2 to 'sort' (function expected, got number)
-- Sorting inside a comparator.
local outer = {3, 1, 2}
table.sort(outer, function(a, b)
  local inner = {b, a}
  table.sort(inner)
  return inner[1] == a and a ~= b
end)
show(outer)                       --> 1 2 3
