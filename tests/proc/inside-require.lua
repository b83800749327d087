-- receive while a module is being required.
-- outside
local me = self()
local config = spawn(function()
  receive case {"config?", from} then sleep(2) from ! {"config", {colour = "blue"}} end
end)
package.preload.settings = function()
  config ! {"config?", me}
  receive case {"config", c} then return c end
end
print(require("settings").colour)  --> blue

local name = os.tmpname()
local file = io.open(name .. ".lua", "w")
file:write([[
local me = self()
spawn(function() sleep(2) me ! {"from a process of the module"} end)
receive case {text} then return {text = text} end
]])
file:close()
package.path = name:match("^(.*)/") .. "/?.lua"
print(require(name:match("[^/]+$")).text)      --> from a process of the module
os.remove(name .. ".lua")
os.remove(name)

-- In load and dofile too.
me ! "for load"
print(load("return receive()")())  --> for load
