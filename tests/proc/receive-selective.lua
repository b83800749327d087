-- Messages that do not fit stay queued in their order while others are taken,
-- and are looked at again by the next receive.
local me = self()
local function other(from)
  for i = 1, 5 do from ! {"x", i}; from ! {"y", i} end
  from ! "end"
end
spawn(other, me)
local log = {}
for _ = 1, 5 do receive case {"y", n} then log[#log + 1] = "y" .. n end end
receive case "end" then log[#log + 1] = "end" end
for _ = 1, 5 do receive case {"x", n} then log[#log + 1] = "x" .. n end end
print(table.concat(log, " "))      --> y1 y2 y3 y4 y5 end x1 x2 x3 x4 x5

-- A message that arrives while the receive waits wakes it, fitting or not.
local p = spawn(function()
  receive case "key" then me ! "opened" end
  receive case first then me ! first end
end)
for i = 1, 3 do p ! i; sleep(1) end
p ! "key"
print(receive(), receive())        --> opened	1
