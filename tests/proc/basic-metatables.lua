-- Metatables of basic types belong to a process; its children begin with them.
local boss = self()
debug.setmetatable(0, {__index = {half = function(n) return n // 2 end}})
spawn(function() boss ! (8):half(); debug.setmetatable(0, nil); boss ! pcall(function() return (8):half() end) end)
print(receive(), receive())                         --> 4	false
print((8):half())                                   --> 4
debug.setmetatable(0, nil)
spawn(function() boss ! pcall(function() return (8):half() end) end)
print(receive())                                    --> false
print(pcall(debug.setmetatable, io.stdout, {}))     --> false	the metatable of a shared value cannot be changed
local f = io.tmpfile()
print(getmetatable(debug.setmetatable(f, nil)))     --> nil
