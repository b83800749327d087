-- What gives more results than the stack has room for says what there is too much of.
-- lua: same
local s = ("x"):rep(1100000)
print(pcall(string.byte, s, 1, -1))             --> false	stack overflow (string slice too long)
print(pcall(utf8.codepoint, s, 1, -1))          --> false	stack overflow (string slice too long)
print(pcall(string.unpack, ("b"):rep(1100000), s)) --> false	stack overflow (too many results)
print(pcall(table.unpack, {}, 1, 1100000))      --> false	too many results to unpack
