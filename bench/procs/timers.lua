-- Very many periodic timers: how late they fire, and what they cost.
--
--     moonlet [--schedulers N] bench/procs/timers.lua [TIMERS] [SECONDS] [PERIOD_MS]
--
-- Each process sleeps until its next tick, which is one period after the last
-- was due. All begin when there was time to make them all.
-- figures: timers_cpu timers_p50 timers_p99
-- quick: 1000 1 200
-- peers: erl go
-- runs: 1
local n, seconds = tonumber(arg[1]) or 1000000, tonumber(arg[2]) or 5
local period = tonumber(arg[3]) or 1000

local BUCKETS = 100000          -- of 0.1 ms; what is later counts as the last

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

local start = now() + 20 + n / 100
for i = 1, n do
  spawn(ticker, self(), start + period * i / n, seconds * 1000 // period)
end
sleep(math.max(0, start - now()))
local cpu, measured = os.clock(), seconds * 1000 - 200
sleep(measured)
cpu = os.clock() - cpu
local all, count = {}, 0
for _ = 1, n do
  receive case hist then
    for b, k in pairs(hist) do all[b] = (all[b] or 0) + k count = count + k end
  end
end
assert(not all[0] or all[0] == 0, "early")
local function at(p)
  local sum = 0
  for b = 0, BUCKETS do
    sum = sum + (all[b] or 0)
    if sum >= count * p then return b / 10 end
  end
end
print(string.format("timers_cpu %.3f cores", cpu / (measured / 1000)))
print(string.format("timers_p50 %.1f ms", at(0.5)))
print(string.format("timers_p99 %.1f ms", at(0.99)))
