-- lua: same
-- Functions of the library have a short way for their usual case. What is beside it
-- goes the long way, and how many results are wanted makes no difference.
local function count(...) return select("#", ...) end
local byte, sub, char = string.byte, string.sub, string.char

-- a result in the middle of a list, as its end, alone, and not wanted
print(count(byte("abc", 2)), count(byte("abc", 4)), count(byte("abc", 4), byte("abc", 9)))  --> 1	0	1
local x, y = byte("abc", 1)
print(x, y, (byte("", 1)), ({ byte("abc", -1) })[1])  --> 97	nil	nil	99
byte("abc", 2)
table.insert({}, 1)
print(count(table.insert({}, 1)), (table.insert({}, 1)))   --> 0	nil

-- parts of a text
for _, at in ipairs { { 1, 1 }, { 0, 2 }, { -1, -1 }, { 2, 1 }, { 4, 9 }, { -9, 1 }, { 3 }, { -2 }, { 9 },
                      { math.mininteger, math.maxinteger }, { math.maxinteger, math.mininteger } } do
  io.write("[", sub("abc", at[1], at[2]), "]")
end
print()                                 --> [a][ab][c][][][a][c][bc][][abc][]
print(sub("abc", "2"), sub("abc", 2.0), sub(123, 2), byte("abc", "3"), byte(77, 1))  --> bc	bc	23	99	55
local long = ("0123456789"):rep(30)
print(#sub(long, 2), sub(long, 100, 101), sub(long, 1, 300) == long, #sub(long, 3, 150))  --> 299	90	true	148
print(char(), char(97), char(97, "98", 99.0), #char(0, 255, 0, 1, 2, 3, 4, 5, 6))  --> 	a	abc	9
print(("aZ[`{"):upper(), ("aZ[@{"):lower(), long:upper() == long, string.upper(12))  --> AZ[`{	az[@{	true	12
print(("Q"):lower() == "q", ({ q = 1 })[("Q"):lower()], ("q"):rep(1) == sub("xqx", 2, 2))  --> true	1	true

-- numbers
print(math.floor(-1.5), math.ceil(-1.5), math.floor(7), math.floor(2^70) == 2^70)  --> -2	-1	7	true
print(math.floor("3.7"), math.abs(-3), math.abs(math.mininteger) == math.mininteger, math.abs(-0.5))  --> 3	3	true	0.5
print(math.max(1, 2.5), math.max(3, 3.0), math.min(3.0, 3), math.max(-1), math.min(4, 2, 3))  --> 2.5	3	3.0	-1	2
print(math.sqrt(16), math.sqrt("4"), math.cos(0))           --> 4.0	2.0	1.0
print(tonumber(7), tonumber(" 0x10 "), tonumber("1e1"), tonumber("x"), tonumber("10", 2))  --> 7	16	10.0	nil	2
print(tostring(12), tostring("s"), tostring(nil), tostring(1e15), tostring(-0.0))  --> 12	s	nil	1e+15	-0.0
print(tostring(setmetatable({}, { __tostring = function() return "mine" end })))   --> mine

-- tables
local kept = setmetatable({}, { __newindex = function(t, k, v) rawset(t, k, v * 2) end })
table.insert(kept, 4)
table.insert(kept, 1, 5)
print(kept[1], kept[2], rawget(kept, 1), rawget(kept, "no"))  --> 5	16	5	nil
local list = { 1, 2, 3 }
print(table.remove(list), table.remove(list), #list, table.remove(list), table.remove(list), #list)  --> 3	2	1	1	nil	0
print(rawequal("a", "a"), rawequal(1, 1.0), rawequal({}, {}))  --> true	true	false
local class = { __index = { name = "c" } }
print(setmetatable({}, class).name, getmetatable(setmetatable({}, nil)), setmetatable(setmetatable({}, class), nil).name)
--> c	nil	nil
print(pcall(setmetatable, setmetatable({}, { __metatable = 1 }), class))  --> false	cannot change a protected metatable
local weak = setmetatable({}, { __mode = "k" })
weak[{}] = true
collectgarbage()
print(next(weak))                       --> nil
print(assert(1), (assert("a", "b")), count(assert(1, 2, 3)))  --> 1	a	3

-- errors name the function and the place
local function fails(f) print((select(2, pcall(f)):gsub("^.-:(%d+):", "LINE %1:"))) end
fails(function() local s = sub("abc") return s end)    --> LINE 57: bad argument #2 to 'sub' (number expected, got no value)
fails(function() local s = char(256) return s end)     --> LINE 58: bad argument #1 to 'char' (value out of range)
fails(function() local s = math.floor({}) return s end) --> LINE 59: bad argument #1 to 'floor' (number expected, got table)
fails(function() table.insert(1, 2) end)               --> LINE 60: bad argument #1 to 'insert' (table expected, got number)
fails(function() assert(false) end)                    --> LINE 61: assertion failed!
fails(function() local n = math.random(2, 1) return n end)  --> LINE 62: bad argument #1 to 'random' (interval is empty)
fails(function() local v = type() return v end)        --> LINE 63: bad argument #1 to 'type' (value expected)
