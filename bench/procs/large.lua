-- Large messages from one process to another, each with a short answer.
-- figures: large_list large_map large_string
-- quick: 20
-- peers: erl
local N = tonumber(arg[1]) or 20000

local list, map = {}, {}
for i = 1, 1000 do list[i] = {i, "item"} end
for i = 1, 10 do
  local branch = {}
  for k = 1, 10 do branch["leaf" .. k] = i * k end
  map["branch" .. i] = branch
end

local reader = spawn({background = true}, function()
  while true do
    receive case {from, value} then from ! "taken" end
  end
end)

local function measure(name, value, n)
  local start = now()
  for _ = 1, n do
    reader ! {self(), value}
    receive case "taken" then end
  end
  print(string.format("%s %.3f us", name, (now() - start) * 1e3 / n))
end

measure("large_list", list, N)
measure("large_map", map, N * 5)
measure("large_string", string.rep("x", 1 << 20), N * 5)
