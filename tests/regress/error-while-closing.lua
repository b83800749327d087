-- An error in a __close that coroutine.close runs is its result, not the end
-- of the process; it used to leave a stale report that a later error printed.
local co
co = coroutine.create(function()
    local x <close> = setmetatable({}, { __close = function()
        coroutine.close(co)             -- it is being closed already
    end })
    coroutine.yield(20)
end)
print(coroutine.resume(co))             --> true	20
print(coroutine.close(co))              --? false	.*cannot close a running coroutine
error("the later one")                  --| the later one
-- exit: 1
