-- A message is a copy: same values, same shape, nothing shared.
local me = self()
local shared = {"shared"}
local t = {1, 2.5, "text", true, nested = {deep = {deeper = "x"}}, a = shared, b = shared}
t.itself = t
t[t] = "key is the table"
t.list = {t, {t}}
me ! t
local m = receive()
print(m ~= t, m[1], m[2], m[3], m[4])      --> true	1	2.5	text	true
print(m.nested.deep.deeper, m.nested ~= t.nested)   --> x	true
print(m.a == m.b, m.a[1], m.a ~= shared)   --> true	shared	true
print(m.itself == m, m[m], m.list[1] == m, m.list[2][1] == m)   --> true	key is the table	true	true
m.a[1] = "changed"
print(m.b[1], shared[1])                   --> changed	shared

-- The sender may go on changing it.
local counter = {n = 0}
for i = 1, 3 do counter.n = i; me ! counter end
print(receive().n, receive().n, receive().n)   --> 1	2	3

-- Border and order of arrays stay.
local arr = {}
for i = 1, 100 do arr[i] = i * i end
me ! arr
local got = receive()
print(#got, got[1], got[100])              --> 100	1	10000

-- Keys of every kind.
local key = {}
local ref = make_ref()
me ! {[key] = "table", [1.5] = "float", [true] = "bool", [me] = "pid", [ref] = "ref", [print] = "function", [-3] = "negative"}
m = receive()
print(m[1.5], m[true], m[me], m[ref], m[print], m[-3], m[key])
--> float	bool	pid	ref	function	negative	nil

-- Long strings, and strings with zeros.
local long = ("abc\0"):rep(100000)
me ! {long, #long}
m = receive()
print(m[1] == long, #m[1], m[2])           --> true	400000	400000

-- A table with a metatable keeps it, copied.
local Point = {}
Point.__index = Point
Point.__add = function(a, b) return setmetatable({x = a.x + b.x}, Point) end
function Point:show() return "x=" .. self.x end
me ! {setmetatable({x = 1}, Point), setmetatable({x = 2}, Point)}
m = receive()
print(m[1]:show(), m[2].x)                 --> x=1	2
print(getmetatable(m[1]) == getmetatable(m[2]), (m[1] + m[2]):show())   --> true	x=3
