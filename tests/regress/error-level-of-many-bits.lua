-- error(msg, level) looks at the low 32 bits of the level, as stock Lua does.
-- lua: same
print(pcall(error, "a", 2^53 | 0))                                      --> false	a
print(pcall(function() error("b", 9007199254740993) end))               --? false\t.*error-level-of-many-bits.lua:4: b
