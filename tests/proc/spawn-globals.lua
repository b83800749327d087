-- The environment rule: a child sees the globals its code mentions, as they
-- are when it is spawned; nobody sees what another does to his globals.
local me = self()
greeting = "hello"
settings = {level = 1}
function helper() return greeting .. " " .. settings.level end
function outer_helper() return helper() end

local p = spawn(function()
  receive case "go" then end
  me ! outer_helper()
  greeting = "changed by the child"
  settings.level = 99
  me ! outer_helper()
end)
greeting = "changed by main"
settings.level = 2
p ! "go"
print(receive())                   --> hello 1
print(receive())                   --> changed by the child 99
print(helper())                    --> changed by main 2

-- New globals of the child stay there.
spawn(function() brand_new = 1; me ! brand_new end)
print(receive(), brand_new)        --> 1	nil

-- A global that nothing mentions does not go along; _G takes all of them.
secret = "in _G only"
spawn(function() me ! tostring(_G["sec" .. "ret"]) end)
print(receive())                   --> in _G only

-- A function in a table that is mentioned brings what it mentions.
module = {f = function() return helper() end}
spawn(function() me ! module.f() end)
print(receive())                   --> changed by main 2

-- Globals that cannot be copied are no hindrance when nothing mentions them.
thread_global = coroutine.create(print)
spawn(function() me ! "fine" end)
print(receive())                   --> fine
