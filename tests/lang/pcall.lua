-- lua: same
-- pcall, xpcall, error: values, levels, handlers.

print(pcall(function() return 1, nil, 3 end))  --> true	1	nil	3
print(pcall(error))               --> false	nil
print(pcall(error, nil))          --> false	nil
print(pcall(error, "msg", 0))     --> false	msg
print(pcall(error, {1, 2}) == false, select(2, pcall(error, 42)))  --> true	42
print(select("#", pcall(error)))  --> 2
local function strip(s) return (tostring(s):gsub("^[^:]+:%d+: ", "AT: ")) end
print(strip(select(2, pcall(function() error("one") end))))  --> AT: one
print(strip(select(2, pcall(function() error("zero", 0) end))))  --> zero
print(strip(select(2, pcall(function() error("two", 2) end))))  --> two
local function thrower() error("blame the caller", 2) end
local function caller() thrower() end
print(strip(select(2, pcall(caller))))  --> AT: blame the caller
print(select(2, pcall(error, setmetatable({}, {__tostring = function() return "obj" end}))))  --> obj
print(xpcall(function() error("x", 0) end, function(m) return "handled " .. m end))  --> false	handled x
print(xpcall(function(...) return select("#", ...), ... end, print, 1, nil, 3))  --> true	3	1	nil	3
print(xpcall(function() local t = nil; t.x = 1 end, function(m) return strip(m) end))
--> false	AT: attempt to index a nil value (local 't')
print(xpcall(error, function(m) return type(m) end, nil))  --> false	nil
-- An error in the handler.
print((xpcall(function() error("a") end, function(m) error("b") end)))  --> false
-- Nested.
print(pcall(pcall, error, "inner"))  --> true	false	inner
print(pcall(function()            --> false	first again
  local ok, e = pcall(error, "first", 0)
  error(e .. " again", 0)
end))
-- pcall returns what the function returns, in number too.
print(select("#", pcall(function() end)), select("#", pcall(function() return nil end)))  --> 1	2
-- Error with non-strings, rethrown unchanged.
local token = {}
local ok, e = pcall(function() local ok, e = pcall(error, token); error(e) end)
print(e == token)                 --> true
-- assert.
print(pcall(assert, false))       --> false	assertion failed!
print(pcall(assert, nil, "message"))  --> false	message
print(pcall(assert, false, token) == false, select(2, pcall(assert, false, token)) == token)
--> true	true
print(assert(1, 2, 3))            --> 1	2	3
print(pcall(assert))              --> false	bad argument #1 to 'assert' (value expected)
-- Deep pcall.
local function deep(n) if n == 0 then error("bottom", 0) end
  local ok, e = pcall(deep, n - 1); error(e, 0) end
print(pcall(deep, 100))           --> false	bottom
print(pcall(string.rep))          --> false	bad argument #1 to 'string.rep' (string expected, got no value)
print(pcall(nil))                 --> false	attempt to call a nil value
