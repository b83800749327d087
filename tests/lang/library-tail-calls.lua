-- lua: same
-- A function of the library that is called last (`return f()`) still knows its
-- caller: its errors name the place, as those of a C function do.
local function show(f, ...) print((select(2, pcall(f, ...)):gsub("^.-:(%d+):", "LINE %1:"))) end

show(function() return io.lines({}) end)              --> LINE 6: bad argument #1 to 'lines' (string expected, got table)
show(function() return require({}) end)               --> LINE 7: bad argument #1 to 'require' (string expected, got table)
show(function() return dofile({}) end)                --> LINE 8: bad argument #1 to 'dofile' (string expected, got table)
show(function() return string.gmatch("x", "(")() end) --> LINE 9: unfinished capture
show(function() return coroutine.wrap(1) end)         --> LINE 10: bad argument #1 to 'wrap' (function expected, got number)

-- wrap puts the place of its caller in front of a text, all bytes of it
local f = coroutine.wrap(function() error("a\0b", 0) end)
local ok, message = pcall(function() return f() end)
print(ok, #message > 3, message:sub(-3) == "a\0b")    --> false	true	true
print(pcall(coroutine.wrap(function() error({}) end)) == false)   --> true
print(coroutine.isyieldable(), pcall(coroutine.yield))
--> false	false	attempt to yield from outside a coroutine

-- results are the caller's
local function two() return coroutine.wrap(function(...) return ... end)(1, 2) end
print(two())                                          --> 1	2
local function many(...) return coroutine.wrap(function(...) return select("#", ...) end)(...) end
print(many(nil, nil, nil))                            --> 3
