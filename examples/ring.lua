-- ring.lua - a token goes round a ring of processes.
--
-- Expect:
--   1000 processes, 100 rounds, the token was passed on 100000 times
--
-- Each process knows only its neighbour. Main is the place where the ring
-- closes: it counts the rounds, and sends the token out again. At the end it
-- sends "stop" round, and each process stops after passing it on.

local PROCESSES, ROUNDS = 1000, 100

local function node(neighbour)
  while true do
    receive
      case {"token", passed: integer} then
        neighbour ! {"token", passed + 1}
      case "stop" then
        neighbour ! "stop"
        return
    end
  end
end

-- The last one points to main, each other to the one made before it.
local first = self()
for _ = 1, PROCESSES do
  first = spawn(node, first)
end

local passed = 0
for _ = 1, ROUNDS do
  first ! {"token", passed}
  receive
    case {"token", n} then passed = n
  end
end
first ! "stop"
receive
  case "stop" then
    print(PROCESSES .. " processes, " .. ROUNDS ..
          " rounds, the token was passed on " .. passed .. " times")
end
