-- Of two bad arguments the same is told as by stock Lua: gsub looks at its count first.
-- lua: same
print(pcall(string.gsub, "a", "a", nil, {}))
--> false	bad argument #4 to 'string.gsub' (number expected, got table)
