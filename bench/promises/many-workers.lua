-- Whether workers get into each other's way: the shapes of bench/procs, and how often threads
-- met meanwhile, for each million of operations. To be compared:
--
--     moonlet --schedulers 2  bench/promises/many-workers.lua
--     moonlet --schedulers 16 bench/promises/many-workers.lua
local TIMES = tonumber(arg[1]) or 1

local function count(n, word)
  for _ = 1, n do
    receive case ^word then end
  end
end

-- Each sends to each.
local function everybody(n, rounds)
  local function member(boss)
    receive
      case {"all", ...all} then
        boss ! "ready"
        receive case "go" then end
        for _ = 1, rounds do
          for i = 1, n do all[i] ! {"hello", self()} end
          for _ = 1, n do receive case {"hello", _} then end end
        end
        boss ! "done"
    end
  end
  local all = {"all"}
  for i = 1, n do all[i + 1] = spawn(member, self()) end
  for i = 1, n do all[i + 1] ! all end
  count(n, "ready")
  return function()
    for i = 1, n do all[i + 1] ! "go" end
    count(n, "done")
    return n * n * rounds
  end
end

-- A hundred send to one.
local function fanin(each)
  return function()
    local function producer(to)
      for i = 1, each do to ! {"item", i} end
    end
    for _ = 1, 100 do spawn(producer, self()) end
    for _ = 1, 100 * each do
      receive case {"item", _} then end
    end
    return 100 * each
  end
end

-- Pairs that talk to each other, each by itself.
local function pairs_talk(n, turns)
  local function player()
    while true do
      receive
        case {"ball", from: pid, k} then from ! {"back", k}
        case "stop" then return
      end
    end
  end
  local function starter(boss)
    local other = spawn(player)
    for i = 1, turns do
      other ! {"ball", self(), i}
      receive case {"back", ^i} then end
    end
    other ! "stop"
    boss ! "done"
  end
  return function()
    for _ = 1, n do spawn(starter, self()) end
    count(n, "done")
    return 2 * n * turns
  end
end

-- Short lives, started from many places.
local function lives(n, each)
  local function worker(boss) boss ! "there" end
  local function starter(boss)
    for _ = 1, each do spawn(worker, self()) end
    count(each, "there")
    boss ! "done"
  end
  return function()
    for _ = 1, n do spawn(starter, self()) end
    count(n, "done")
    return n * each
  end
end

local KINDS = {"inboxes", "run_queues", "timers", "memory", "processes", "sleep"}

local function total(of)
  local sum = 0
  for _, w in ipairs(statistics().workers) do sum = sum + w[of] end
  return sum
end

local function measure(name, run)
  local before, steals, sleeps, start = statistics().contention, total "steals", total "sleeps", now()
  local n = 0
  for _ = 1, TIMES do n = n + run() end
  local ms, after = now() - start, statistics().contention
  local out = {string.format("%-10s %10.0f /s", name, n / ms * 1000)}
  for _, kind in ipairs(KINDS) do
    out[#out + 1] = string.format("%s %.0f", kind, (after[kind] - before[kind]) / n * 1e6)
  end
  out[#out + 1] = string.format("steals %.0f  sleeps %.0f", (total "steals" - steals) / n * 1e6, (total "sleeps" - sleeps) / n * 1e6)
  print(table.concat(out, "  "))
end

print(string.format("%d workers; for each million:", statistics().vm.workers))
measure("everybody", everybody(1000, 2))
measure("fan-in", fanin(10000))
measure("pairs", pairs_talk(100, 10000))
measure("lives", lives(100, 10000))
