-- lua: same
-- An error in a message handler is given to the handler again; a handler of a
-- stack overflow has some stack to run on.
local n = 0
print(xpcall(error, function(m)
    n = n + 1
    if n > 30 then return "gave up" end
    error(m)
end))                                               --> false	gave up
print(xpcall(error, function() error("again") end)) --> false	error in error handling

local function loop(x, y, z) return 1 + loop(x, y, z) end
print(xpcall(loop, loop))                           --> false	error in error handling
print(xpcall(loop, function(m) return m:match("stack overflow") .. "!" end))
--> false	stack overflow!
print(select("#", pcall(loop)))                     --> 2
