-- How late is a ticker beside processes that never stop? No tick may be early.
--
--     moonlet [--schedulers N] bench/procs/ticker.lua [SPINNERS] [TICKS] [MS]
--
-- figures: ticker_p50 ticker_p99 ticker_max
-- quick: 2 20
-- peers: erl go
local spinners, ticks, ms = tonumber(arg[1]) or 8, tonumber(arg[2]) or 2000, tonumber(arg[3]) or 1
for _ = 1, spinners do
  spawn({ background = true }, function() while true do end end)
end
local late = {}
for i = 1, ticks do
  local due = now() + ms
  sleep(ms)
  late[i] = now() - due
  assert(late[i] >= 0)
end
table.sort(late)
local function at(p) return late[math.max(1, math.ceil(#late * p))] end
print(string.format("ticker_p50 %.3f ms", at(0.5)))
print(string.format("ticker_p99 %.3f ms", at(0.99)))
print(string.format("ticker_max %.3f ms", late[#late]))
