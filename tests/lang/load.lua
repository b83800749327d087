-- lua: same
-- load: text, functions, chunk names, environments, modes.

print(load("return 1 + 1")())     --> 2
print(load("x = 5; return x")(), x)  --> 5	5
local parts = {"return ", "1", " + ", "2"}
local i = 0
print(load(function() i = i + 1; return parts[i] end)())  --> 3
print(load("syntax error here", "=name"))  --> nil	name:1: syntax error near 'error'
print(load("syntax error here", "@file.lua"))  --> nil	file.lua:1: syntax error near 'error'
print(load("error('e')", "=chunk") ~= nil, pcall(load("error('e')", "=chunk")))
--> true	false	chunk:1: e
print(select(2, pcall(load("error('e')", "@f.lua"))))  --> f.lua:1: e
print(select(2, pcall(load("error('e')", "short text"))))  --> [string "short text"]:1: e
print(select(2, pcall(load("\n\nerror('line 3')", "=c"))))  --> c:3: line 3
local env = {y = 2}
print(load("y = y + 1; return y", "c", "t", env)(), env.y, y)  --> 3	3	nil
print(load("return ...")(1, 2))   --> 1	2
print(pcall(load, "return 1", "c", "b"))  --> true	nil	attempt to load a text chunk (mode is 'b')
print(load("return 1", "c", "b")) --> nil	attempt to load a text chunk (mode is 'b')
print(load("\27Lua", "c", "t"))   --> nil	attempt to load a binary chunk (mode is 't')
print((pcall(function() assert(load(function() return {} end)) end)))  --> false
print(pcall(function() return load(function() error("in reader", 0) end) end))  --> true	nil	in reader
print(pcall(load))                --> false	bad argument #1 to 'load' (function expected, got no value)
-- A function loaded has its own variables, the globals of the environment.
local f = load("local n = 0; return function() n = n + 1; return n end")
local a, b = f(), f()
print(a(), a(), b())              --> 1	2	1
-- Long source.
local t = {}
for k = 1, 2000 do t[k] = "local v" .. (k % 100) .. " = " .. k end
print(load("do " .. table.concat(t, " end do ") .. " end return 'long'")())  --> long
local nest = ("("):rep(100) .. "1" .. (")"):rep(100)
print(load("return " .. nest)())  --> 1
print(loadstring, dofile ~= nil, loadfile ~= nil)  --> nil	true	true
local name = os.tmpname()
local file = io.open(name, "w")
file:write("#!/usr/bin/env moonlet\nlocal a, b = ...\nreturn (a or 0) + (b or 0), 'second'\n")
file:close()
print(loadfile(name)(1, 2))       --> 3	second
print(dofile(name))               --> 0	second
print(loadfile(name, "t", {})())  --> 0	second
os.remove(name)
print(loadfile(name) == nil, pcall(dofile, name) == false)  --> true	true
