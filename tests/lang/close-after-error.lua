-- lua: same
-- What an error closes is called by who stops the error: the frames in between are gone.
local function closing(f) return setmetatable({}, {__close = f}) end
local function above() return debug.getinfo(3, "n").name end
local function fails()
    local a <close> = closing(function(_, e) print("a", above(), e) error("second", 0) end)
    local b <close> = closing(function(_, e) print("b", above(), e) error("first", 0) end)
    error("it", 0)
end
local function outer() fails() end
print(pcall(outer))
--> b	pcall	it
--> a	pcall	first
--> false	second

-- without an error its function is still there
local function ends()
    local a <close> = closing(function(_, e) print(above(), e) end)
end
ends()                                              --> ends	nil

-- an error in there is caught as always
local function nested()
    local a <close> = closing(function(_, e)
        print(pcall(error, "inner", 0))
        print(xpcall(function() local b <close> = closing(function() print("b", above()) end) error("x", 0) end,
            function(m) return "handled " .. m end))
    end)
    error("outer", 0)
end
print(pcall(nested))
--> false	inner
--> b	xpcall
--> false	handled x
--> false	outer

-- a coroutine that is closed
local co = coroutine.create(function()
    local a <close> = closing(function(_, e) print(debug.getinfo(2, "n") == nil, e) end)
    local function deep() error("dead", 0) end
    deep()
end)
print(coroutine.resume(co))                         --> false	dead
print(coroutine.close(co))
--> true	dead
--> false	dead
