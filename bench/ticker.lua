-- How late is a ticker beside processes that never stop?
--
--     moonlet [--schedulers N] bench/ticker.lua [SPINNERS] [TICKS] [MS]
--
-- Prints how late its ticks were, in milliseconds; none may be early.
local spinners, ticks, ms = tonumber(arg[1]) or 8, tonumber(arg[2]) or 2000, tonumber(arg[3]) or 1
for _ = 1, spinners do
  spawn({ background = true }, function() while true do end end)
end
local late, early = {}, 0
for i = 1, ticks do
  local due = now() + ms
  sleep(ms)
  late[i] = now() - due
  if late[i] < 0 then early = early + 1 end
end
table.sort(late)
local function at(p) return late[math.max(1, math.ceil(#late * p))] end
print(string.format("%d spinners, %d ticks of %g ms: p50 %.3f  p99 %.3f  max %.3f ms late, %d early",
  spinners, ticks, ms, at(0.5), at(0.99), late[#late], early))
