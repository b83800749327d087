-- lua: same
-- debug.setmetatable gives a basic type a metatable.
local mt = {
    __index = function(v, k) return tostring(v) .. "." .. tostring(k) end,
    __len = function(v) return "len" end,
    __call = function(v, ...) return "call", ... end,
    __concat = function(a, b) return "concat" end,
    __add = function(a, b) return "add" end,
    __lt = function(a, b) return true end,
    __unm = function(v) return "unm" end,
    __newindex = function(v, k, x) print("newindex", k, x) end,
    __close = function(v, e) print("close", v, e) end,
}
print(debug.setmetatable(10, mt))                   --> 10
print(getmetatable(-2.5) == mt, getmetatable(0) == mt, getmetatable(nil))   --> true	true	nil
print((10).x, #3.45, 1 + {}, 1 < "2", 1 .. {}, (3)("arg"))
--> 10.x	len	add	true	concat	call	arg
do local c <close> = 5 end                          --> close	5	nil
local five = 5
five.x = 1                                          --> newindex	x	1
print(1 + 2, 1 < 2, -1)                             --> 3	true	-1
debug.setmetatable(23, nil)
print(getmetatable(-2), pcall(function() return (10).x end))
--? nil	false	.*attempt to index a number value.*

debug.setmetatable(nil, mt)
print(nowhere.x, nowhere(), nowhere + 1, -nil, nil .. "x")      --> nil.x	call	add	unm	concat
debug.setmetatable(nil, nil)
debug.setmetatable(true, mt)
print((false).x, getmetatable(true) == getmetatable(false))     --> false.x	true
debug.setmetatable(false, nil)
debug.setmetatable(print, {__index = {twice = function(f, ...) f(...) f(...) end}, __concat = function(f, g) return function(...) return f(g(...)) end end})
print:twice("a")
--> a
--> a
print((tostring .. math.abs)(-3), getmetatable(print) == getmetatable(function() end))  --> 3	true
debug.setmetatable(print, nil)
debug.setmetatable(coroutine.create(print), {__index = coroutine})
local co = coroutine.create(function(x) return x end)
print(co:status(), co:resume(7))                    --> suspended	true	7
debug.setmetatable(co, nil)

-- strings have one; it can be another
local old = getmetatable("")
debug.setmetatable("", {__index = function(s, i) return old.__index.sub(s, i, i) end})
print(("abc")[2])                                   --> b
debug.setmetatable("", old)
print(("abc"):upper())                              --> ABC
-- it does not matter what __metatable says
local t = setmetatable({}, {__metatable = "locked"})
print(pcall(setmetatable, t, nil))                  --> false	cannot change a protected metatable
print(debug.getmetatable(debug.setmetatable(t, nil)))           --> nil
