-- What wrap raises: any bytes of the message, under its own name, without a place of its own.
-- lua: same
local ok, m = pcall(coroutine.wrap(function() error("=\0b") end))
print(#m:match("=.*"))                   --> 3
print(pcall(coroutine.wrap))             --> false	bad argument #1 to 'coroutine.wrap' (function expected, got no value)
print(pcall(coroutine.wrap, 1))          --> false	bad argument #1 to 'coroutine.wrap' (function expected, got number)
print(pcall(function() coroutine.yield() end))  --> false	attempt to yield from outside a coroutine
