-- How much more two processes do in a time than one: both in this program, and
-- each in a program of its own (share_os), which is what the machine can give.
-- figures: share_two share_os share_of_os
-- quick: 20
-- peers: erl go
local MS, TRIES = tonumber(arg[1]) or 1000, 3

-- How often some work was done until then.
local function work(till)
  local done, t = 0, {}
  while now() < till do
    for i = 1, 1000 do t[i % 100 + 1] = {i, done} end
    done = done + 1
  end
  return done
end

if arg[2] == "alone" then
  print(work(now() + MS))
  return
end

local function here(n)
  local till = now() + MS
  local function worker(boss) boss ! {"did", work(till)} end
  for _ = 1, n do spawn(worker, self()) end
  local sum = 0
  for _ = 1, n do
    receive case {"did", did} then sum = sum + did end
  end
  return sum
end

local function programs(n)
  local runs, sum = {}, 0
  for i = 1, n do
    runs[i] = io.popen(string.format("/proc/$PPID/exe %s %d alone", arg[0], MS))
  end
  for i = 1, n do sum = sum + runs[i]:read("n") runs[i]:close() end
  return sum
end

-- The middle one of a few gains, measured by turns.
local function gain(f, samples)
  samples[#samples + 1] = f(2) / f(1)
  table.sort(samples)
  return samples[(#samples + 1) // 2]
end

local inside, outside, two, os_two = {}, {}
for _ = 1, TRIES do
  two, os_two = gain(here, inside), gain(programs, outside)
end
print(string.format("share_two %.3f gain", two))
print(string.format("share_os %.3f gain", os_two))
print(string.format("share_of_os %.3f gain", two / os_two))
