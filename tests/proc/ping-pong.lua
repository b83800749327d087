-- Two processes and a ball.
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local N = 100000 // SCALE
local function player(name)
  while true do
    receive
      case {"ball", from: pid, n} then from ! {"ball", self(), n + 1}
    end
  end
end
local p = spawn(player)
local n = 0
p ! {"ball", self(), 0}
while n < N do
  receive case {"ball", from, k} then n = k from ! {"ball", self(), k + 1} end
end
print(n >= N)                      --> true
