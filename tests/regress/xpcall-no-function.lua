-- That the first argument of xpcall is no function is an error for its handler.
-- lua: same
local function handler(m) return "handled: " .. m end
print(xpcall(nil, handler))              --> false	handled: attempt to call a nil value
print(xpcall({}, handler, 1, 2))         --> false	handled: attempt to call a table value
local t = setmetatable({}, {__call = function(_, ...) return ... end})
print(xpcall(t, handler, 1, nil))        --> true	1	nil
