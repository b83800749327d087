-- lua: same
-- Multiple assignment: all right sides first, then the stores.

local a, b, c = 1, 2
print(a, b, c)                    --> 1	2	nil
a, b = b, a
print(a, b)                       --> 2	1
local t = {1, 2, 3}
local i = 1
i, t[i] = i + 1, 20
print(i, t[1], t[2])              --> 2	20	2
local function three() return 1, 2, 3 end
a, b, c = three()
print(a, b, c)                    --> 1	2	3
a, b, c = three(), 10
print(a, b, c)                    --> 1	10	nil
a, b, c = 10, three()
print(a, b, c)                    --> 10	1	2
a, b, c = (three())
print(a, b, c)                    --> 1	nil	nil
a = 1, 2, 3
print(a)                          --> 1

-- A table and its new value in one statement.
local x = {}
x.y, x = 5, {y = 6}
print(x.y)                        --> 6

-- A local is not in scope in its own initialiser.
local v = "outer"
local v = v .. " seen"
print(v)                          --> outer seen

-- Swaps in a table.
t = {1, 2, 3}
t[1], t[2], t[3] = t[3], t[1], t[2]
print(t[1], t[2], t[3])           --> 3	1	2

-- Attribs.
local k <const> = 10
print(k + 1)                      --> 11
print(load("local k <const> = 1; k = 2"))
--> nil	[string "local k <const> = 1; k = 2"]:1: attempt to assign to const variable 'k'
print(load("local k <constant> = 1"))
--> nil	[string "local k <constant> = 1"]:1: unknown attribute 'constant'
print(load("local a <close>, b <close> = 1, 2"))
--> nil	[string "local a <close>, b <close> = 1, 2"]:1: multiple to-be-closed variables in local list
print((load("local f <const> = 1; local function g() f = 2 end")))  --> nil
