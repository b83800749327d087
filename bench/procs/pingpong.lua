-- A ball between two processes: round trips.
-- figures: pingpong
-- quick: 1000
-- counted: 1000
-- peers: erl go
local N = tonumber(arg[1]) or 1000000

local function player()
  while true do
    receive
      case {"ball", from: pid, n} then from ! {"ball", self(), n}
      case "stop" then return
    end
  end
end

local other = spawn(player)
local start = now()
for i = 1, N do
  other ! {"ball", self(), i}
  receive case {"ball", ^other, ^i} then end
end
print(string.format("pingpong %.0f /s", N / (now() - start) * 1000))
other ! "stop"
