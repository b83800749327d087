-- lua: same
-- Shared functions of loaded code counted as alive for weak tables, which so kept the code.
local values, keys = setmetatable({}, {__mode = "v"}), setmetatable({}, {__mode = "k"})
values[1] = load("return 1")
keys[load("return 2")] = true
local kept = load("return 3")
values[2], keys[kept] = kept, 3
collectgarbage()
print(values[1], values[2] == kept, keys[kept])     --> nil	true	3
local n = 0
for _ in pairs(keys) do n = n + 1 end
print(n)                                            --> 1

-- functions that debug has changed go as any other
local function change(times)
    for _ = 1, times do
        local f = load("v = 1; function g() return v end return g")
        debug.setupvalue(f, 1, {})
        assert(f()() == 1)
    end
    collectgarbage()
    collectgarbage()
    return collectgarbage("count")
end
local before = change(100)
print(change(2000) - before < 50)                   --> true
