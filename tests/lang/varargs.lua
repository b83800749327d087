-- lua: same
-- Functions with a variable number of arguments.

local function count(...) return select("#", ...) end
print(count(), count(nil), count(nil, nil), count(1, nil, 3, nil))  --> 0	1	2	4
local function pass(...) return ... end
print(pass(1, nil, 3))            --> 1	nil	3
print((pass(1, 2, 3)))            --> 1
print(pass(1, 2, 3), 10)          --> 1	10
print(10, pass(1, 2, 3))          --> 10	1	2	3
print(({pass(1, 2, 3)})[1], #{pass(1, 2, 3), pass(1, 2, 3)})  --> 1	4
local function first_rest(a, ...) return a, count(...) end
print(first_rest())               --> nil	0
print(first_rest(1))              --> 1	0
print(first_rest(1, 2, nil))      --> 1	2
local t = table.pack(pass(nil, nil))
print(t.n, #t)                    --> 2	0
print(select(2, "a", "b", "c"))   --> b	c
print(select(-1, "a", "b", "c"))  --> c
print(select(-3, "a", "b", "c"))  --> a	b	c
print(pcall(select, 0, 1))        --> false	bad argument #1 to 'select' (index out of range)
print(pcall(select, -4, 1, 2, 3)) --> false	bad argument #1 to 'select' (index out of range)
print(select("#", select(5, 1, 2)))  --> 0
print(table.unpack({1, 2, nil, 4}, 1, 4))  --> 1	2	nil	4
print(table.unpack({1, 2, 3}, 2)) --> 2	3
print(table.unpack({1, 2, 3}, 2, 2))  --> 2
print((select("#", table.unpack({}, 1, 200))))  --> 200

-- Many arguments and results.
local big = {}
for i = 1, 250 do big[i] = i end
print(count(table.unpack(big)), select(250, table.unpack(big)))  --> 250	250
local function sum(...)
  local s = 0
  for i = 1, select("#", ...) do s = s + (select(i, ...)) end
  return s
end
print(sum(table.unpack(big)))     --> 31375

-- Varargs inside a closure made from them.
local function keep(...)
  local a, b = ...
  return function() return a, b end
end
print(keep(1, 2, 3)())            --> 1	2

-- The main chunk has varargs as well.
print(load("return select('#', ...), ...")(7, 8))  --> 2	7	8
local function nested(...)
  return (function(...) return ... end)(...), ...
end
print(nested(1, 2))               --> 1	1	2
print(math.max(table.unpack(big)))  --> 250
print(string.char(table.unpack({72, 105})))  --> Hi
