-- hostile.lua [N [ALIVE [PRIORITY]]] - N processes that mean harm (tests/hostile.lua), each in a
-- sandbox with 8 MiB, ALIVE of them at a time; and what a neighbour of that priority notices: how
-- late a timer of 2 ms comes, and how long an answer takes. Run it in the root
-- of the tree.
local hostile = dofile("tests/hostile.lua")
local first = {priority = arg[3] or "high"}
local N, ALIVE = tonumber(arg[1] or 10000), tonumber(arg[2] or 200)

local function percentiles(t)
  table.sort(t)
  local function at(p) return t[math.max(1, math.ceil(#t * p))] or 0 end
  return ("%d times: p50 %.2f, p99 %.2f, p99.9 %.2f, most %.2f ms"):format(#t, at(0.5), at(0.99), at(0.999), at(1))
end

local ticker = spawn(first, function()
  local late = {}
  while true do
    local t = now()
    receive
      case {"stop", from} then from ! {"late", late} return
      after 2 then late[#late + 1] = now() - t - 2
    end
  end
end)
local echo = spawn(first, function()
  while true do receive case {"ping", from, n} then from ! n end end
end)
local asker = spawn(first, function()
  local took, n = {}, 0
  while true do
    n = n + 1
    local t = now()
    echo ! {"ping", self(), n}
    receive case ^n then took[n] = now() - t end
    receive
      case {"stop", from} then from ! {"took", took} return
      after 1 then
    end
  end
end)

local start = now()
local counts, wrong = hostile.run(N, ALIVE)
print(("%d processes in %.1f s, %d wrong ends"):format(N, (now() - start) / 1000, #wrong))
for what, n in pairs(counts) do print(("%8d  %s"):format(n, what)) end
print(("most over a limit: %d bytes"):format(debug.ledger().overdraft))
ticker ! {"stop", self()}
asker ! {"stop", self()}
receive case {"late", t} then print("late:   " .. percentiles(t)) end
receive case {"took", t} then print("answer: " .. percentiles(t)) end
os.exit(#wrong == 0 and debug.ledger().overdraft <= 65536)
