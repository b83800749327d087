-- lua: same
-- debug.getinfo, getlocal, setlocal: what they tell of functions and calls.
local function show(t)
    local keys = {}
    for k, v in pairs(t) do
        if k == "func" then v = type(v) end
        if k == "activelines" then
            local lines = {}
            for l in pairs(v) do lines[#lines + 1] = l end
            table.sort(lines)
            v = table.concat(lines, ",")
        end
        if k == "source" or k == "short_src" then v = v:match("[^/]*$") end
        keys[#keys + 1] = k .. "=" .. tostring(v)
    end
    table.sort(keys)
    print(table.concat(keys, " "))
end

local function two(a, b, ...)
    local c = a

    return c
end
show(debug.getinfo(two))
--> currentline=-1 ftransfer=0 func=function istailcall=false isvararg=true lastlinedefined=24 linedefined=20 namewhat= nparams=2 ntransfer=0 nups=0 short_src=debug-getinfo.lua source=debug-getinfo.lua what=Lua
show(debug.getinfo(two, "L"))                       --> activelines=21,23,24
show(debug.getinfo(two, "nt"))                      --> istailcall=false namewhat=
show(debug.getinfo(print))
--> currentline=-1 ftransfer=0 func=function istailcall=false isvararg=true lastlinedefined=-1 linedefined=-1 namewhat= nparams=0 ntransfer=0 nups=0 short_src=[C] source==[C] what=C
show(debug.getinfo(print, "L"))                     --> 
show(debug.getinfo(1, "Sl"))
--> currentline=32 lastlinedefined=0 linedefined=0 short_src=debug-getinfo.lua source=debug-getinfo.lua what=main
local function caller() local t = debug.getinfo(1, "nfl") return t end
show(caller())                                      --> currentline=34 func=function name=caller namewhat=local
print(debug.getinfo(100), debug.getinfo(-1))        --> nil	nil
print(debug.getinfo(0, "n").name, debug.getinfo(0, "S").what)               --> getinfo	C
print(pcall(debug.getinfo, 1, ">"))
--> false	bad argument #2 to 'debug.getinfo' (invalid option '>')
print(pcall(debug.getinfo, print, "X"))             --> false	bad argument #2 to 'debug.getinfo' (invalid option)
print(pcall(debug.getinfo, "x"))
--> false	bad argument #1 to 'debug.getinfo' (number expected, got string)

-- names of calls
local t = setmetatable({}, {__index = function() return debug.getinfo(1, "n") end,
    __close = function() show(debug.getinfo(1, "n")) end})
show(t.x)                                           --> name=index namewhat=metamethod
do local c <close> = t end                          --> name=close namewhat=metamethod
local o = {m = function() local i = debug.getinfo(1, "n") return i end}
show(o:m())                                         --> name=m namewhat=method
show(o.m())                                         --> name=m namewhat=field
global = o.m
show(global())                                      --> name=global namewhat=global
for _ in function() show(debug.getinfo(1, "n")) end do end      --> name=for iterator namewhat=for iterator
setmetatable({}, {__gc = function() show(debug.getinfo(1, "n")) end})
collectgarbage()                                    --> name=__gc namewhat=metamethod

-- tail calls
local function last() return show(debug.getinfo(1, "nt")), show(debug.getinfo(2, "nt")) end
local function tail() return last() end
local function outer() tail() end
outer()
--> istailcall=true namewhat=
--> istailcall=false name=outer namewhat=local
local function tail_trace() return debug.traceback("trace") .. "" end
local function via() return tail_trace() end
print((select(2, via():gsub("%(%.%.%.tail calls%.%.%.%)", ""))))            --> 1

-- locals, temporaries, additional arguments
local function inspect(level)
    local out = {}
    for i = 1, 9 do
        local name, v = debug.getlocal(level + 1, i)
        if not name then break end
        if name == "(temporary)" then v = "?" end
        out[#out + 1] = name .. "=" .. tostring(v)
    end
    for i = -1, -9, -1 do
        local name, v = debug.getlocal(level + 1, i)
        if not name then break end
        out[#out + 1] = name .. "=" .. tostring(v)
    end
    print(table.concat(out, " "))
end
local function vars(a, b, ...)
    local c = "c"
    for i = 5, 5 do
        local d = "d"
        inspect(1)
    end
    do local gone end
    local e = 2
    return (a + 1) + (inspect(1) or e)
end
vars(1, 2, "x", "y")
--> a=1 b=2 c=c (for state)=5 (for state)=0 (for state)=1 i=5 d=d (vararg)=x (vararg)=y
--> a=1 b=2 c=c e=2 (temporary)=? (vararg)=x (vararg)=y
print(debug.getlocal(vars, 1), debug.getlocal(vars, 2), debug.getlocal(vars, 3))        --> a	b	nil
print(debug.getlocal(0, 1))                         --> (C temporary)	0
print(pcall(debug.getlocal, 100, 1))                --> false	bad argument #1 to 'debug.getlocal' (level out of range)

local function set(a, ...)
    local b, boxed = 1, 2
    local function get() boxed = boxed + 1; return boxed end
    print(debug.setlocal(1, 1, "A"), debug.setlocal(1, 2, "B"), debug.setlocal(1, 3, 10), debug.setlocal(1, -1, "V"),
        debug.setlocal(1, -2, "W"), debug.setlocal(1, 99, 0))
    print(a, b, boxed, get(), ...)
end
set("a", "v")
--> a	b	boxed	(vararg)	nil	nil
--> A	B	10	11	V

-- another coroutine
local co = coroutine.create(function(x)
    local y = "y"
    coroutine.yield(x)
    return x, y
end)
coroutine.resume(co, 1)
print(debug.getlocal(co, 1, 1))                     --> x	1
print(debug.getlocal(co, 1, 2))                     --> y	y
print(debug.setlocal(co, 1, 2, "z"), debug.getinfo(co, 1, "l").currentline, debug.getinfo(co, 0, "n").name)
--> y	116	yield
print(coroutine.resume(co))                         --> true	1	z
print(debug.getinfo(co, 0), debug.gethook(), debug.gethook(co))             --> nil	nil	nil
print(type(debug.getregistry()), type(debug.getregistry()._LOADED))         --> table	table
