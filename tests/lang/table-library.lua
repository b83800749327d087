-- lua: same
-- table.insert, remove, concat, move, pack, unpack.

local function show(t) print(#t, table.concat(t, ",")) end
local t = {1, 2, 3}
table.insert(t, 4); show(t)       --> 4	1,2,3,4
table.insert(t, 1, 0); show(t)    --> 5	0,1,2,3,4
table.insert(t, #t + 1, 5); show(t)  --> 6	0,1,2,3,4,5
table.insert(t, 3, "x"); show(t)  --> 7	0,1,x,2,3,4,5
print(table.remove(t), table.remove(t, 1), table.remove(t, 2)); show(t)
--> 5	0	x
--> 4	1,2,3,4
print(table.remove({}), table.remove({}, 0), #t)  --> nil	nil	4
print(table.remove(t, #t + 1)); show(t)
--> nil
--> 4	1,2,3,4
print(table.concat({}), table.concat({1, 2, 3}), table.concat({1, 2, 3}, ", "), table.concat({1, 2.5, "x"}, "-", 2, 3))
--> 	123	1, 2, 3	2.5-x
print(table.concat({1, 2, 3}, ",", 2), "[" .. table.concat({1, 2}, ",", 3) .. "]")  --> 2,3	[]
show(table.move({1, 2, 3}, 1, 3, 2))  --> 4	1,1,2,3
show(table.move({1, 2, 3}, 2, 3, 1))  --> 3	2,3,3
show(table.move({1, 2, 3}, 1, 3, 3, {9, 9}))  --> 5	9,9,1,2,3
show(table.move({1, 2, 3}, 1, 0, 1))  --> 3	1,2,3
local p = table.pack(1, nil, 3)
print(p.n, p[1], p[2], p[3])      --> 3	1	nil	3
print(table.unpack({1, 2, 3}))    --> 1	2	3
print(table.unpack({1, 2, 3}, -1, 1))  --> nil	nil	1
local function err(...) print((select(2, pcall(...)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(table.insert, {1}, 5, "x")    --> bad argument #2 to 'insert' (position out of bounds)
err(table.insert, {1}, 1, 2, 3)   --> wrong number of arguments to 'insert'
err(table.insert, {1})            --> wrong number of arguments to 'insert'
err(table.insert, nil, 1)         --> bad argument #1 to 'insert' (table expected, got nil)
err(table.remove, {1, 2, 3}, 7)   --> bad argument #1 to 'remove' (position out of bounds)
err(table.concat, {1, {}, 3})     --> invalid value (table) at index 2 in table for 'concat'
err(table.concat, {1, 2}, ",", 1, 3)  --> invalid value (nil) at index 3 in table for 'concat'
err(table.unpack, {}, 1, 1e8)     --> too many results to unpack
err(table.move, {}, 1, math.maxinteger, 2)  --> bad argument #4 to 'move' (destination wrap around)

-- They respect metamethods.
local log = {}
local proxy = setmetatable({}, {
  __len = function() return 2 end,
  __index = function(_, i) log[#log + 1] = "r" .. i; return i * 10 end,
  __newindex = function(_, i, v) log[#log + 1] = "w" .. i .. "=" .. v end,
})
table.insert(proxy, 7)
print(table.concat(proxy, "+"))   --> 10+20
print(table.unpack(proxy))        --> 10	20
print(table.concat(log, " "))     --> w3=7 r1 r2 r1 r2
