-- lua: same
-- debug shows and changes the variables that a function captures, _ENV among them.

-- the order is that of the text, functions inside included
local a, b, c = 1, 2, 3
local function order() return function() c = b; return a, print end end
for i = 1, 5 do io.write(tostring((debug.getupvalue(order, i))), " ") end
print()                                             --> c b a _ENV nil
print(debug.getupvalue(order, 1))                   --> c	3
print(select("#", debug.getupvalue(order, 5)), select("#", debug.setupvalue(order, 0, 1)))
--> 0	0
print(debug.getinfo(order, "u").nups)               --> 4

-- a loaded chunk: whoever it makes sees the change, before and after
local f = load("function g() return x, y end; x = 1; return x, y")
print((debug.getupvalue(f, 1)), select(2, debug.getupvalue(f, 1)) == _G)    --> _ENV	true
f()
local early = g
local env = setmetatable({}, {__index = _G})
print(debug.setupvalue(f, 1, env), f())             --> _ENV	1	nil
env.y = 7
print(early(), env.g())
--> 1	1	7
print(select(2, early()), rawget(env, "x"))         --> 7	1
x, g = nil

-- load with an environment agrees
local h = load("return function() return v end", "h", "t", {v = "first"})
print(select(2, debug.getupvalue(h, 1)).v, h()())   --> first	first
debug.setupvalue(h, 1, {v = "second"})
print(h()())                                        --> second

-- setfenv as libraries write it
local function setfenv(fn, t)
    local name
    local up = 0
    repeat
        up = up + 1
        name = debug.getupvalue(fn, up)
    until name == "_ENV" or name == nil
    if name then
        debug.upvaluejoin(fn, up, function() return name end, 1)
        debug.setupvalue(fn, up, t)
    end
    return fn
end
local function sandboxed() return zz, function() return zz end end
local function outside() return zz end
setfenv(sandboxed, {zz = 5})
local zz5, inner = sandboxed()
print(zz5, inner(), outside(), zz)                  --> 5	5	nil	nil

-- also for a call under way, here and in an outer coroutine
local function running(...)
    setfenv(debug.getinfo(1, "f").func, {q = 3})
    return q, ...
end
print(running("rest"))                              --> 3	rest
print(q)                                            --> nil
local function resumer()
    coroutine.wrap(function() setfenv(resumer_fn, {q = 4}) end)()
    return q
end
resumer_fn = resumer
print(resumer())                                    --> 4
local function late()
    return pcall(function() setfenv(late_fn, {print = print, q = 5}) end), q
end
late_fn = late
print(late())                                       --> true	5

-- _ENV can be anything
local function broken() return nothing end
setfenv(broken, nil)
print(pcall(broken))
--? false	.*attempt to index a nil value \(upvalue '_ENV'\)
local function writes() v = 1 end
setfenv(writes, false)
print(pcall(writes))
--? false	.*attempt to index a boolean value \(upvalue '_ENV'\)

-- a function that another one calls can be replaced
local function helper() return "real" end
local function user() return helper() end
local function user2() return helper() end
print(user(), debug.setupvalue(user, 1, function() return "mock" end), user(), user2())
--> real	helper	mock	mock

-- who it is does not change
local function rec(n) if n == 0 then return rec end return rec(n - 1) end
debug.upvalueid(rec, 1)
print(rec(3) == rec)                                --> true
local rec2 = rec
debug.setupvalue(rec2, 1, 5)
print(rec2(0))                                      --> 5
local function me() return debug.getinfo(1, "f").func end
setfenv(me, {debug = debug})
print(me() == me)                                   --> true

-- which variables are one
local n = 0
local function inc() n = n + 1; return n end
local function get() return n end
local m = 100
local function inc_m() m = m + 1; return m end
print(debug.upvalueid(inc, 1) == debug.upvalueid(get, 1))       --> true
print(debug.upvalueid(inc, 1) == debug.upvalueid(inc_m, 1))     --> false
print(type(debug.upvalueid(inc, 1)), debug.upvalueid(inc, 2), debug.upvalueid(print, 1))
--> userdata	nil	nil
print(inc(), get())                                 --> 1	1
debug.upvaluejoin(get, 1, inc_m, 1)
print(inc_m(), get(), inc(), m, n)                  --> 101	101	2	101	2
print(debug.upvalueid(get, 1) == debug.upvalueid(inc_m, 1))     --> true
debug.setupvalue(get, 1, 7)
print(m, inc_m(), get())                            --> 7	8	8

-- a variable that is never assigned
local k = "k"
local function get_k() return k end
debug.upvaluejoin(get_k, 1, inc_m, 1)
print(get_k(), inc_m(), get_k())                    --> 8	9	9
debug.upvaluejoin(get, 1, function() return k end, 1)
print(get())                                        --> k

-- more variables than an instruction can number
local src = {}
for i = 1, 120 do src[#src + 1] = "local a" .. i .. " = " .. i end
src[#src + 1] = "return function() return G"
for i = 1, 120 do src[#src + 1] = " + a" .. i end
src[#src + 1] = " end"
G = 0
local many = load(table.concat(src, "\n"))()
print(many(), debug.getupvalue(many, 121))          --> 7260	a120	120
debug.setupvalue(many, 1, {G = 1})
print(many(), debug.setupvalue(many, 121, 0), many())           --> 7261	a120	7141

print(pcall(debug.upvaluejoin, get, 2, inc, 1))
--? false	bad argument #2 to 'debug.upvaluejoin' \(invalid upvalue index\)
print(pcall(debug.upvaluejoin, get, 1, inc, 0))
--? false	bad argument #4 to 'debug.upvaluejoin' \(invalid upvalue index\)
print(pcall(debug.upvaluejoin, {}, 1, inc, 1))
--? false	bad argument #1 to 'debug.upvaluejoin' \(function expected, got table\)

-- nothing has user values here; what cannot have any is told
print(debug.getuservalue(io.stdout, 1), debug.getuservalue(1, 1))           --> nil	nil
print(pcall(debug.setuservalue, debug.upvalueid(inc, 1), 1))
--? false	bad argument #1 to 'debug.setuservalue' \(userdata expected, got light userdata\)
print(pcall(debug.setuservalue, io.stdout, 1, 1))   --> true	nil
