-- Very many periodic timers: how late they fire, and what they cost.
--
--     moonlet [--schedulers N] bench/timers.lua [TIMERS] [SECONDS] [PERIOD_MS]
--
-- Each process sleeps until its next tick, which is one period after the last
-- was due. Prints how late the ticks of all were, and the CPU they took.
local n, seconds = tonumber(arg[1]) or 1000000, tonumber(arg[2]) or 10
local period = tonumber(arg[3]) or 1000

local BUCKETS = 2000            -- of 0.1 ms

local function ticker(boss, first, ticks)
  local due, hist = first, { [0] = 0, 0, 0, 0, 0, 0, 0, 0 }
  for _ = 1, ticks do
    local wait = due - now()
    if wait > 0 then sleep(wait) end
    local late = now() - due
    local b = late < 0 and 0 or math.min(BUCKETS, late * 10 // 1 + 1) // 1
    hist[b] = (hist[b] or 0) + 1
    due = due + period
  end
  sleep(2 * period)             -- until all have had their last tick
  boss ! hist
end

local start = now() + 10000     -- when all are there
for i = 1, n do
  spawn(ticker, self(), start + period * i / n, seconds * 1000 // period)
end
print(string.format("%d timers made", n))
sleep(math.max(0, start - now()))
local cpu = os.clock()
local all, count = {}, 0
sleep(seconds * 1000 - 200)
cpu = os.clock() - cpu
for _ = 1, n do
  receive case hist then
    for b, k in pairs(hist) do all[b] = (all[b] or 0) + k count = count + k end
  end
end
local function at(p)
  local sum = 0
  for b = 0, BUCKETS do
    sum = sum + (all[b] or 0)
    if sum >= count * p then return b / 10 end
  end
end
print(string.format("%d ticks: p50 %.1f  p99 %.1f  p99.9 %.1f ms late, %d early, %.2f of a core",
  count, at(0.5), at(0.99), at(0.999), all[0] or 0, cpu / (seconds - 0.2)))
