-- Processes that live for one message: spawn, answer, end. One after the other,
-- and a thousand at a time.
-- figures: spawn_reply spawn_reply_1000
-- quick: 2000
-- counted: 1000
-- peers: erl go
local N = tonumber(arg[1]) or 400000

local function worker(boss) boss ! 1 end

local me = self()
local function one_by_one(n)
  local sum = 0
  for _ = 1, n do
    spawn(worker, me)
    receive case x: integer then sum = sum + x end
  end
  return sum
end

local function together(n)
  local sum = 0
  for _ = 1, n // 1000 do
    for _ = 1, 1000 do spawn(worker, me) end
    for _ = 1, 1000 do
      receive case x: integer then sum = sum + x end
    end
  end
  return sum
end

local function rate(f)
  local start = now()
  local did = f(N)
  return did / (now() - start) * 1000
end
print(string.format("spawn_reply %.0f /s", rate(one_by_one)))
print(string.format("spawn_reply_1000 %.0f /s", rate(together)))
