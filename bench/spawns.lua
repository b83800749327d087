-- spawns.lua - two hundred thousand processes that live for one message.
local function worker(parent) parent ! 1 end
local sum = 0
for _ = 1, 200 do
  local me = self()
  for _ = 1, 1000 do spawn(worker, me) end
  for _ = 1, 1000 do
    receive case n: integer then sum = sum + n end
  end
end
print(sum)
