-- What a process and a message cost when there are N of them: bytes for each that
-- waits, ns to make one, ns for a message to one and its answer. See bench/scale.
local N <const> = tonumber(arg[1]) or 1000
local WINDOW <const>, MESSAGES <const> = 1000, math.max(N, 1000000)

local function rss()
  for line in io.lines("/proc/self/statm") do
    return 4096 * tonumber(line:match("^%d+ (%d+)"))
  end
end

local function echo(boss, tells)
  if tells then boss ! "here" end
  while true do
    receive case n: integer then boss ! n end
  end
end

local main, all = self(), {}
for i = 1, N do all[i] = main end       -- the list is not counted
collectgarbage()
local before, start, told = rss(), now(), 0
for i = 1, N do
  local tells = i % 1000 == 0 or i == N
  all[i] = spawn({background = true}, echo, main, tells)
  if tells then told = told + 1 end
end
for _ = 1, told do receive case "here" then end end
print(string.format("spawn %.1f", (now() - start) * 1e6 / N))
print(string.format("bytes %.0f", (rss() - before) / N))

-- A window of messages is on its way, to one after the other.
local function round(n)
  local sent, got, at = 0, 0, 0
  while got < n do
    while sent < n and sent - got < WINDOW do
      at = at % N + 1
      all[at] ! at
      sent = sent + 1
    end
    receive case _: integer then got = got + 1 end
  end
end
round(N)                                -- each has been woken once
start = now()
round(MESSAGES)
print(string.format("message %.1f", (now() - start) * 1e6 / MESSAGES))
