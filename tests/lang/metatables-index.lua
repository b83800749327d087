-- lua: same
-- __index, __newindex, __call and the metatable functions.

local base = {greet = function(self) return "I am " .. self.name end, kind = "base"}
base.__index = base
local derived = setmetatable({kind = "derived"}, base)
derived.__index = derived
local o = setmetatable({name = "o"}, derived)
print(o.kind, o:greet(), o.none)  --> derived	I am o	nil
print(rawget(o, "kind"), rawget(o, "name"))  --> nil	o

local log = {}
local t = setmetatable({}, {
  __index = function(t, k) log[#log + 1] = "get " .. tostring(k); return k end,
  __newindex = function(t, k, v) rawset(t, k, v * 2) end,
})
print(t.a, t[1], t[true])         --> a	1	true
t.x = 5
print(t.x)                        --> 10
t.x = 7
print(t.x)                        --> 7
print(table.concat(log, ","))     --> get a,get 1,get true

-- __newindex with a table; __index through a string.
local store = {}
local view = setmetatable({}, {__newindex = store, __index = store})
view.k = "v"
print(rawget(view, "k"), store.k, view.k)  --> nil	v	v
print(("x").len == string.len, ("abc"):upper(), #"abc", ("abc").nope)  --> true	ABC	3	nil

-- __call, also chained.
local callable = setmetatable({}, {__call = function(self, ...) return select("#", ...), ... end})
print(callable(1, nil))           --> 2	1	nil
local twice = setmetatable({}, {__call = callable})
print(select("#", twice("x")), (twice("x")))  --> 3	2
print(pcall(callable, 3))         --> true	1	3

-- Protected metatables.
local p = setmetatable({}, {__metatable = "locked"})
print(getmetatable(p))            --> locked
print(pcall(setmetatable, p, {})) --> false	cannot change a protected metatable
print(getmetatable("").__index == string)  --> true
print(getmetatable(1), getmetatable(nil), getmetatable(print))  --> nil	nil	nil
print(pcall(setmetatable, 1, {}))
--> false	bad argument #1 to 'setmetatable' (table expected, got number)
print(pcall(setmetatable, {}, 1))
--> false	bad argument #2 to 'setmetatable' (nil or table expected, got number)
print(getmetatable(setmetatable({}, nil)))  --> nil

-- __tostring and __name.
print(setmetatable({}, {__tostring = function() return "custom" end}))  --> custom
print((tostring(setmetatable({}, {__name = "My.Type"})):gsub("0x%x+", "PTR")))  --> My.Type: PTR
print(pcall(tostring, setmetatable({}, {__tostring = function() return 1 end})))  --> true	1

-- __len and rawlen, __pairs.
local l = setmetatable({1, 2}, {__len = function() return 10 end})
print(#l, rawlen(l), rawlen("abc"))  --> 10	2	3
for k, v in pairs(setmetatable({}, {__pairs = function(t) return function(_, k)
    if not k then return 1, "one" end end, t, nil end})) do print(k, v) end  --> 1	one

-- A chain of 100 tables.
local chain = {value = "deep"}
for _ = 1, 100 do chain = setmetatable({}, {__index = chain}) end
print(chain.value, chain.other)   --> deep	nil
local loop = setmetatable({}, {})
getmetatable(loop).__index = loop
print((select(2, pcall(function() return loop.x end)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'")))
--> '__index' chain too long; possible loop
print(rawequal(loop, loop), rawequal(1, 1.0), rawequal("a", "a"))  --> true	true	true
local nokey = setmetatable({}, {__index = function() error("never for nil write") end})
print(pcall(rawset, nokey, nil, 1))  --> false	table index is nil
print((select(2, pcall(function() nokey[0/0] = 1 end)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'")))
--> table index is NaN
