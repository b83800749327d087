-- Arithmetic reads numerals in strings, bitwise operators do not.
-- lua: same
local s, n = "3", 1
print(s + n, s // n, -s)                 --> 4	3	-3
print(pcall(function() return s & n end) or pcall(function() return n | s end)
  or pcall(function() return s << 1 end) or pcall(function() return 1 << s end)
  or pcall(function() return ~s end) or pcall(function() return "3" ~ 1 end))  --> false
print(select(2, pcall(function() return s & n end)):match(":%d+: (.*)"))
--> attempt to perform bitwise operation on a string value (upvalue 's')
getmetatable("").__band = function(a, b) return a .. "&" .. b end
print(s & n, n & s)                      --> 3&1	1&3
