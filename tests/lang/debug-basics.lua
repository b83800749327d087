-- lua: same
-- debug.traceback as ordinary programs use it.

print(debug.traceback("msg"):match("^msg\nstack traceback:") ~= nil)  --> true
print(type(debug.traceback()), debug.traceback({}) ~= nil, debug.traceback(12):match("^12\n") ~= nil)
--> string	true	true
print(xpcall(function() error("inside") end, function(m) return debug.traceback(m, 1):match("inside") end))
--> false	inside
local function here() return (debug.traceback("here", 1)) end
print(here():match("debug%-basics") ~= nil, select(2, here():gsub("\n", "")) >= 2)  --> true	true
local co = coroutine.create(function() coroutine.yield() end)
coroutine.resume(co)
print(debug.traceback(co, "in co"):match("^in co\nstack traceback:") ~= nil)  --> true
