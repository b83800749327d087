-- The end of very many processes. Linked: all are linked to one that ends; one
-- in a thousand is monitored, so we hear when they are gone. Monitored: we
-- monitor all, tell each to end, and hear of every one.
-- figures: ending_linked ending_monitored
-- quick: 2000
-- peers: erl
local N = tonumber(arg[1]) or 1000000

local function wait() receive case "stop" then end end

local function boss(main)
  for i = 1, N do
    local pid = spawn_link(wait)
    if i % 1000 == 0 or i == N then main ! {"one", pid} end
  end
  main ! "all"
  wait()
end

local function ending_linked()
  local pid, left, all = spawn(boss, self()), 0, false
  repeat
    receive
      case {"one", one} then monitor(one) left = left + 1
      case "all" then all = true
    end
  until all
  local start = now()
  exit(pid, "enough")
  for _ = 1, left do
    receive case {"DOWN", _, ...} then end
  end
  return now() - start
end

local function ending_monitored()
  local pids = {}
  for i = 1, N do pids[i] = spawn_monitor(wait) end
  local start = now()
  for i = 1, N do pids[i] ! "stop" end
  for _ = 1, N do
    receive case {"DOWN", _, ...} then end
  end
  return now() - start
end

print(string.format("ending_linked %.4f s", ending_linked() / 1000))
print(string.format("ending_monitored %.4f s", ending_monitored() / 1000))
