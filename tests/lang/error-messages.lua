-- lua: same
-- What a message says about the value at fault.

local function err(f, ...)
  local ok, m = pcall(f, ...)
  print((tostring(m):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'")))
end
local t = {}
local up = nil
err(function() local a; a.x = 1 end)  --> attempt to index a nil value (local 'a')
err(function() local a; return a.b.c end)  --> attempt to index a nil value (local 'a')
err(function() return t.x.y end)  --> attempt to index a nil value (field 'x')
err(function() return up.field end)  --> attempt to index a nil value (upvalue 'up')
err(function() return undefinedglobal.x end)  --> attempt to index a nil value (global 'undefinedglobal')
err(function() undefinedglobal() end)  --> attempt to call a nil value (global 'undefinedglobal')
err(function() t.method() end)    --> attempt to call a nil value (field 'method')
err(function() t:method() end)    --> attempt to call a nil value (method 'method')
err(function() local f = 5; f() end)  --> attempt to call a number value (local 'f')
err(function() t.x.y.z = 1 end)   --> attempt to index a nil value (field 'x')
err(function() t[nil] = 1 end)    --> table index is nil
err(function() return t[1][2] end)  --> attempt to index a nil value (field 'integer index')
err(function() local k = "key"; return t[k].x end)  --> attempt to index a nil value (field '?')
err(function() return ("x")() end)  --> attempt to call a string value (constant 'x')
err(function() return (1)() end)  --> attempt to call a number value
err(function() return t + 1 end)  --> attempt to perform arithmetic on a table value (upvalue 't')
err(function() return 1 + t.x end)  --> attempt to perform arithmetic on a nil value (field 'x')
err(function() return t.a .. "x" end)  --> attempt to concatenate a nil value (field 'a')
err(function() local s = "x"; return s * 2 end)  --> attempt to mul a 'string' with a 'number'
err(function() return undefinedglobal + 1 end)
--> attempt to perform arithmetic on a nil value (global 'undefinedglobal')
err(function() return up - 1 end) --> attempt to perform arithmetic on a nil value (upvalue 'up')
err(function() return -t end)     --> attempt to perform arithmetic on a table value (upvalue 't')
err(function() return #nil end)   --> attempt to get length of a nil value
err(function() return #t.x end)   --> attempt to get length of a nil value (field 'x')
err(function() return t < 1 end)  --> attempt to compare table with number
err(function() return t < t end)  --> attempt to compare two table values
err(function() return nil < 1 end)  --> attempt to compare nil with number
err(function() return 1 <= "x" end)  --> attempt to compare number with string
err(function() return 1.5 // 0 | 1 end)  --> number has no integer representation
err(function() return 1 & 1.5 end)  --> number has no integer representation
err(function() return t.x & 1 end)  --> attempt to perform bitwise operation on a nil value (field 'x')
err(function() return math.huge | 1 end)  --> number (field 'huge') has no integer representation
err(function() string.rep("x", -1, {}) ; string.rep({}, 1) end)
--> bad argument #3 to 'rep' (string expected, got table)
err(function() ("x"):rep() end)   --> bad argument #1 to 'rep' (number expected, got no value)
err(function() ("x"):bad() end)   --> attempt to call a nil value (method 'bad')
err(function() setmetatable(1, {}) end)
--> bad argument #1 to 'setmetatable' (table expected, got number)
err(function() ipairs() end)      --> bad argument #1 to 'ipairs' (value expected)
err(function() pairs(nil) end)    --> nil
err(function() local a <const> = nil; a.b = 1 end)  --> attempt to index a nil value
err(function() io.open({}) end)   --> bad argument #1 to 'open' (string expected, got table)
err(function() t.x:y() end)       --> attempt to index a nil value (field 'x')
err(function() for i in t do end end)  --> attempt to call a table value (for iterator 'for iterator')
err(function() string.format("%d", "x") end)
--> bad argument #2 to 'format' (number expected, got string)
err(function() table.concat({{}}) end)  --> invalid value (table) at index 1 in table for 'concat'
err(function() math.floor(nil) end)  --> bad argument #1 to 'floor' (number expected, got nil)
err(function() rawset(1, 2, 3) end)  --> bad argument #1 to 'rawset' (table expected, got number)
err(function() tostring() end)    --> bad argument #1 to 'tostring' (value expected)
err(function() select("x") end)   --> bad argument #1 to 'select' (number expected, got string)
err(function() next(nil) end)     --> bad argument #1 to 'next' (table expected, got nil)
err(function() require(nil) end)  --> bad argument #1 to 'require' (string expected, got nil)
