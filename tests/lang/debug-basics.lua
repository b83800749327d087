-- lua: same
-- traceback and getinfo as far as ordinary programs use them.

print(debug.traceback("msg"):match("^msg\nstack traceback:") ~= nil)  --> true
print(type(debug.traceback()), debug.traceback({}) ~= nil, debug.traceback(12):match("^12\n") ~= nil)
--> string	true	true
print(xpcall(function() error("inside") end, function(m) return debug.traceback(m, 1):match("inside") end))
--> false	inside
local function here() return debug.getinfo(1, "l").currentline end
print(type(here()))               --> number
print(debug.getinfo(string.rep).what, debug.getinfo(1, "S").what, type(debug.getinfo(1, "S").source))
--> C	main	string
local info = debug.getinfo(here, "u")
print(info.nparams, info.isvararg)  --> 0	false
print(debug.getinfo(100))         --> nil
