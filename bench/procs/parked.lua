-- Very many processes that wait for a message: what one of them takes of the
-- memory of the whole program, and how fast they are made. One in a thousand
-- tells that it is there, so the time ends when all have come to wait.
-- figures: parked_bytes parked_spawns
-- quick: 2000
-- peers: erl go
local N = tonumber(arg[1]) or 1000000

local function resident()
  local f <close> = assert(io.open("/proc/self/status"))
  return f:read("a"):match("VmRSS:%s*(%d+)") * 1024
end

local function park(boss, tells)
  if tells then boss ! "here" end
  receive case "never" then end
end

local me, before, start = self(), resident(), now()
local told = 0
for i = 1, N do
  local tells = i % 1000 == 0 or i == N
  spawn(park, me, tells)
  if tells then told = told + 1 end
end
for _ = 1, told do
  receive case "here" then end
end
local ms = now() - start
print(string.format("parked_bytes %.0f B", (resident() - before) / N))
print(string.format("parked_spawns %.0f /s", N / ms * 1000))
os.exit()
