-- receive in a __close handler, on every way out of the block.
local me = self()
local keeper = spawn(function()
  while true do receive case {from, n} then sleep(1) from ! {"noted", n} end end
end)
local function closer(name)
  return setmetatable({}, {__close = function(_, e)
    keeper ! {me, name}
    receive case {"noted", n} then print("closed " .. n, e) end
  end})
end
do
  local a <close> = closer("a")
  local b <close> = closer("b")
end
--> closed b	nil
--> closed a	nil
local function f()
  local c <close> = closer("c")
  return "value of f"
end
print(f())
--> closed c	nil
--> value of f
print(pcall(function()
  local d <close> = closer("d")
  error("went wrong", 0)
end))
--> closed d	went wrong
--> false	went wrong
for i = 1, 3 do
  local e <close> = closer("e" .. i)
  if i == 2 then break end
end
--> closed e1	nil
--> closed e2	nil
