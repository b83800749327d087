-- Processes that mean harm, under a quota of 8 MiB, 200 alive at a time: each
-- ends with the right reason, none had more than it may, and the neighbour goes on.
-- slow
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local hostile = dofile(os.getenv("MOONLET_ROOT") .. "/tests/hostile.lua")
local STRESS = os.getenv("MOONLET_STRESS")             -- then a few of them
local N = STRESS and 9 or math.max(1000 // SCALE, 2 * #hostile.bombs)

local echo = spawn(function()
  while true do receive case {"ping", from, n} then from ! n end end
end)
local me, answers = self(), 0

local counts, wrong, dropped = hostile.run(N, (STRESS or SCALE > 1) and 20 or 200, function(i)
  echo ! {"ping", me, i}
  receive case ^i then answers = answers + 1 end
end, STRESS and 5)
for _, w in ipairs(wrong) do
  local r = w[2]
  print(w[1], type(r) == "table" and table.concat({tostring(r[1]), tostring(r[2]), tostring(r.limit), tostring(r.used)}, " ") or r)
end
local sum = 0
for _, n in pairs(counts) do sum = sum + n end
print(sum == N, answers == N, STRESS ~= nil or dropped > 0)                         --> true	true	true
print(debug.ledger().overdraft <= 65536)                              --> true
exit(echo, "kill")
os.exit(true)                           -- timers are left that nobody waits for
