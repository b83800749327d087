-- A number goes round a ring of a thousand processes, one less at each.
-- figures: ring
-- quick: 5000
-- peers: erl go
local N = tonumber(arg[1]) or 3000000
local SIZE = 1000

local function node(next, boss)
  while true do
    receive
      case 0 then boss ! "done"
      case n: integer then next ! n - 1
      case {"next", pid} then next = pid
    end
  end
end

local first = spawn({background = true}, node, nil, self())
local last = first
for _ = 2, SIZE do last = spawn({background = true}, node, last, self()) end
first ! {"next", last}

local start = now()
first ! N
receive case "done" then end
print(string.format("ring %.0f /s", N / (now() - start) * 1000))
