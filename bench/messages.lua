-- messages.lua - a ball between two processes, half a million times each way.
local function player()
  while true do
    receive
      case {"ball", from: pid, n} then from ! {"ball", self(), n}
      case "stop" then return
    end
  end
end

local p = spawn(player)
for i = 1, 500000 do
  p ! {"ball", self(), i}
  receive case {"ball", ^p, ^i} then end
end
p ! "stop"
