-- exit: 3
-- os.exit(code, true) closes what this process has open, then ends the
-- program: the other processes do not go on, pcall does not catch it.
spawn(function()
  while true do sleep(10) end
end)
local function closing(name) return setmetatable({}, {__close = function() sleep(1) print("closed", name) end}) end
atend = setmetatable({}, {__gc = function() print("finalised") end})
local a <close> = closing("a")
local name = os.tmpname()
local file = io.open(name, "w")
file:write("in the buffer")
local b <close> = setmetatable({}, {__close = function()
  file:close()
  for line in io.lines(name) do print(line) end
  os.remove(name)
end})
pcall(function()
  local c <close> = closing("c")
  coroutine.wrap(function()
    local d <close> = closing("d")
    os.exit(3, true)
  end)()
end)
print("not reached")
--> closed	d
--> closed	c
--> in the buffer
--> closed	a
--> finalised
