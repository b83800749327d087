-- lua: same
-- What the manual of 5.4 calls gone and the usual builds of lua5.4 still have.

print(math.pow(2, 10), math.log10(1000), math.ldexp(0.75, 4), math.ldexp(1, -1080))  --> 1024.0	3.0	12.0	0.0
print(math.frexp(12), math.frexp(-0.1))         --> 0.75	-0.8	-3
print(select(2, math.frexp(12)), math.type(select(2, math.frexp(12))))  --> 4	integer
print(math.cosh(0), math.sinh(0), math.tanh(0), math.tanh(1000))  --> 1.0	0.0	0.0	1.0
print(math.atan2(1, -1) == math.atan(1, -1))    --> true

-- a <= b is not b < a where there is no __le.
local log = {}
local mt = { __lt = function(a, b) log[#log + 1] = a.v .. "<" .. b.v return a.v < b.v end }
local function new(v) return setmetatable({ v = v }, mt) end
local one, two = new(1), new(2)
print(one <= two, two <= one, one <= one, one >= two, two >= one)  --> true	false	true	false	true
print(table.concat(log, " "))                   --> 2<1 1<2 1<1 1<2 2<1
if one <= two then print("taken") end           --> taken
if two <= one then print("wrong") end
if not (two <= one) then print("not taken") end  --> not taken
local n = 0
while one <= two do
  n = n + 1
  one.v = one.v + 1
end
print(n)                                        --> 2

-- With constants on either side, and results that are no booleans.
local num = setmetatable({}, { __lt = function(a, b) return type(a) == "number" and a or nil end })
print(num <= 5, 5 <= num, num >= 5, 5 >= num)   --> false	true	true	false

-- It may wait, and fail, and __le counts more.
local slow = setmetatable({}, { __lt = function() coroutine.yield("waiting") return true end })
local co = coroutine.wrap(function() return slow <= slow end)
print(co(), co())                               --> waiting	false
local bad = setmetatable({}, { __lt = function() error("no order", 0) end })
print(pcall(function() return bad <= bad end))  --> false	no order
local both = setmetatable({}, { __lt = function() return true end, __le = function() return true end })
print(both <= both)                             --> true
print(pcall(function() return {} <= {} end) == false)  --> true
