-- A hundred producers send to one consumer: messages.
-- figures: fanin
-- quick: 20
-- peers: erl go
local EACH = tonumber(arg[1]) or 20000
local PRODUCERS = 100

local function producer(to)
  receive case "go" then end
  for i = 1, EACH do to ! {"item", i} end
end

local producers = {}
for i = 1, PRODUCERS do producers[i] = spawn(producer, self()) end
local start, sum = now(), 0
for i = 1, PRODUCERS do producers[i] ! "go" end
for _ = 1, PRODUCERS * EACH do
  receive case {"item", i} then sum = sum + i end
end
local ms = now() - start
assert(sum == PRODUCERS * EACH * (EACH + 1) // 2)
print(string.format("fanin %.0f /s", PRODUCERS * EACH / ms * 1000))
