-- lua: same
-- collectgarbage, weak tables, __gc.

print(type(collectgarbage("count")), collectgarbage(), collectgarbage("collect"))  --> number	0	0
local weak = setmetatable({}, {__mode = "v"})
weak[1] = {}
weak[2] = "string stays"
local keep = {}
weak[3] = keep
collectgarbage(); collectgarbage()
print(weak[1], weak[2], weak[3] == keep)  --> nil	string stays	true

local wk = setmetatable({}, {__mode = "k"})
wk[{}] = "gone"
wk[keep] = "kept"
collectgarbage(); collectgarbage()
local n = 0
for k, v in pairs(wk) do n = n + 1; print(k == keep, v) end  --> true	kept
print(n)                          --> 1

-- Ephemerons: a value that refers to its own key does not keep it.
local e = setmetatable({}, {__mode = "k"})
do local k = {}; e[k] = {k} end
collectgarbage(); collectgarbage()
print(next(e))                    --> nil

local collected = {}
do
  local x = setmetatable({}, {__gc = function() collected[#collected + 1] = "x" end})
  x = nil
end
collectgarbage(); collectgarbage()
print(#collected, collected[1])   --> 1	x

-- Resurrection: the object is seen once more.
local saved
do
  local r = setmetatable({v = 7}, {__gc = function(o) saved = o end})
  r = nil
end
collectgarbage(); collectgarbage()
print(saved and saved.v)          --> 7

-- A lot of garbage does not fill the memory.
local t
for i = 1, 200000 do t = {i, {i}} end
print(t[1], collectgarbage("count") < 100000)  --> 200000	true
print(collectgarbage("step") ~= nil, type(collectgarbage("isrunning")))  --> true	boolean

-- in a finaliser nothing is collected
local answer = {}
setmetatable({}, {__gc = function() answer = {collectgarbage(), collectgarbage("step")} end})
collectgarbage()
print(answer[1], answer[2], collectgarbage())       --> nil	nil	0
