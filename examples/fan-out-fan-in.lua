-- fan-out-fan-in.lua - split a job, work on the parts at once, join them.
--
-- Expect:
--   primes below 10000: 1229
--   the ten parts: 168 135 127 120 119 114 117 107 110 112
--
-- Main spawns one process for each part (fan out) and then collects one
-- answer from each (fan in). The parts finish in any order; each answer
-- carries the number of its part, so main can put it in its place.

local PARTS, TOP = 10, 10000

local function is_prime(n)
  if n < 2 then return false end
  for d = 2, n do
    if d * d > n then return true end
    if n % d == 0 then return false end
  end
  return true
end

local function count_primes(part, first, last, report_to)
  local count = 0
  for n = first, last do
    if is_prime(n) then count = count + 1 end
  end
  report_to ! {"part", part, count}
end

-- Fan out.
local step = TOP // PARTS
for part = 1, PARTS do
  spawn(count_primes, part, (part - 1) * step, part * step - 1, self())
end

-- Fan in.
local counts, total = {}, 0
for _ = 1, PARTS do
  receive
    case {"part", part, count} then
      counts[part] = count
      total = total + count
  end
end

print("primes below " .. TOP .. ": " .. total)
print("the ten parts: " .. table.concat(counts, " "))
