-- lua: same
-- An error in a __gc is a warning and nothing more: neither the program that
-- runs then nor the one that has ended hears of it.
local function failing(value) return setmetatable({}, {__gc = function() error(value, 0) end}) end

warn("@on")
failing("first")
collectgarbage()                        --| Lua warning: error in __gc (first)
failing({})
collectgarbage()                        --| Lua warning: error in __gc (error object is not a string)

-- one that comes by itself, in the middle of something
local done = 0
for i = 1, 20 do
  setmetatable({}, {__gc = function() done = done + 1 error("by itself", 0) end})
end
local t = 0
while done < 20 do t = {t} if #t > 1e9 then break end t = 0 end
print(done)                             --> 20

-- at the end, in a pcall'd function, in a coroutine
print(pcall(function() failing("in pcall") collectgarbage() return "on" end))   --> true	on
print(coroutine.wrap(function() failing("in a coroutine") collectgarbage() return "on" end)())   --> on
atend = failing("at the end")           --| Lua warning: error in __gc (at the end)
