-- lua: same
-- Constructors, keys, borders, next.

local t = {1, 2, 3, nil, 5, [10] = 10, x = "x", ["y z"] = "yz"; "six"}
print(t[1], t[3], t[4], t[5], t[6], t[10], t.x, t["y z"])  --> 1	3	nil	5	six	10	x	yz
print(#{}, #{1, 2, 3}, #{n = 1}, #{1, 2, nil}, #{nil, nil, 3} >= 0)  --> 0	3	0	2	true
local s = {}
for i = 1, 100 do s[i] = i end
print(#s)                         --> 100
for i = 100, 51, -1 do s[i] = nil end
print(#s)                         --> 50
s[#s + 1] = "next"
print(#s, s[51])                  --> 51	next
print(next({}), next({5}), next({a = 1}))  --> nil	1	a	1
print(t.none, t[nil], t[1.5], t["1"], t[1.0])  --> nil	nil	nil	nil	1
-- Floats with an integer value are the integer.
local k = {}
k[1] = "a"; k[1.0] = "b"; k[2^53] = "c"
print(k[1], #k, k[2^53])          --> b	1	c
k[-1] = "minus"; k[0] = "zero"
print(k[-1], k[0], #k)            --> minus	zero	1
-- Keys of every kind.
local f, o = print, {}
local any = {[f] = "function", [o] = "table", [true] = "true", [false] = "false", [0.5] = "half"}
print(any[print], any[o], any[{}], any[true], any[false], any[0.5])
--> function	table	nil	true	false	half
local function err(fn) print((select(2, pcall(fn)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(function() local t = {} t[nil] = 1 end)  --> table index is nil
err(function() local t = {} t[0/0] = 1 end)  --> table index is NaN
err(function() return {[nil] = 1} end)  --> table index is nil
err(function() return next({}, "no such key") end)  --> invalid key to 'next'
-- Removing while walking is allowed.
local w = {}
for i = 1, 50 do w["k" .. i] = i end
local n = 0
for key in pairs(w) do w[key] = nil; n = n + 1 end
print(n, next(w))                 --> 50	nil
-- ipairs stops at the first nil and sees changes.
local q = {1, 2, 3, nil, 5}
local seen = {}
for i, v in ipairs(q) do seen[#seen + 1] = v; if i == 2 then q[3] = "changed" end end
print(table.concat(seen, " "))    --> 1 2 changed
-- ipairs respects __index.
local p = setmetatable({}, {__index = function(_, i) if i <= 3 then return i * i end end})
for i, v in ipairs(p) do io.write(i, "=", v, " ") end
print(".")                        --> 1=1 2=4 3=9 .
-- pairs goes through the array part in order, then the rest.
local mixed = {10, 20, 30, x = 1}
for key, v in pairs(mixed) do io.write(tostring(key), "=", v, " ") end
print(".")                        --> 1=10 2=20 3=30 x=1 .
-- Deep nesting of constructors and calls.
print(({{{{{"deep"}}}}})[1][1][1][1][1])  --> deep
local big = {}
for i = 1, 1000 do big[i] = i; big["s" .. i] = i end
local sum, cnt = 0, 0
for _, v in pairs(big) do sum = sum + v; cnt = cnt + 1 end
print(sum, cnt)                   --> 1001000	2000
