-- lua: same
-- Methods of strings are found where they are, whatever a program has changed.
local s = "abc"
print(s:upper())                                --> ABC
string.shout = function(x) return x:upper() .. "!" end
print(s:shout())                                --> ABC!
print(select(2, pcall(function() return s:nothing() end)):match("attempt.*"))
--> attempt to call a nil value (method 'nothing')
string.upper = nil
print(pcall(function() return s:upper() end))   --? false\s.*attempt to call a nil value \(method 'upper'\)
setmetatable(string, { __index = function(_, k) return function(x) return k .. x end end })
print(s:nothing())                              --> nothingabc
setmetatable(string, nil)
getmetatable("").__index = function(_, k) return function() return k end end
print(s:upper(), s:shout())                     --> upper	shout
getmetatable("").__index = { upper = function() return "mine" end }
print(s:upper(), (pcall(function() return s:lower() end)))      --> mine	false
getmetatable("").__index = nil
print((pcall(function() return s:upper() end))) --> false
