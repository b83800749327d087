-- The long text that was the key of an entry which a weak table has lost, or
-- which was removed, does not stay in memory.
local weak, plain = setmetatable({}, { __mode = "kv" }), {}
local function used()
    collectgarbage()
    return collectgarbage("count")
end
local function fill()
    weak[("a"):rep(2^22)] = {}
    plain[("b"):rep(2^22)] = true
    plain[next(plain)] = nil
end
local before = used()
fill()
print(used() - before < 1024)           --> true
print(next(weak), next(plain))          --> nil	nil
