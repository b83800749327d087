-- A process with a large live heap of small tables and strings makes new ones all the
-- time and stores one of EACH in an old one's place, at random. How long does it stand
-- still, what share of its time is that, and how late is a neighbour?
--
--     moonlet [--schedulers N] bench/procs/heap.lua [MIB] [SECONDS] [EACH] [cpu]
--
-- cpu: processor time instead, which minds less what else the machine does, with one
-- worker. A pause is told by the counters of collections; the share of all that were seen.
--
-- figures: heap_share heap_minor_p50 heap_minor_p99 heap_minor_max heap_major_max heap_made neighbour_p99
-- quick: 4 0.3
local mib, seconds, each = tonumber(arg[1]) or 256, tonumber(arg[2]) or 10, tonumber(arg[3]) or 16
local clock = arg[4] == "cpu" and function() return os.clock() * 1000 end or now
local me = self()
local SHORT <const> = 0.02              -- ms: no collection is that short, nor a step so long

local function work()
  local n = math.floor(mib * 1024 * 1024 / 200)         -- about 200 bytes each
  local old, random = {}, math.random
  for i = 1, n do old[i] = { i, name = "name " .. i } end
  collectgarbage()
  me ! "built"
  local minor, major, made = {}, {}, 0
  local count = statistics().collections
  local begun = clock()
  local last = begun
  while last - begun < seconds * 1000 do
    for i = 1, each do
      local new = { i, name = "new " .. i }
      if i == each then old[random(n)] = new end
    end
    made = made + each
    local t = clock()
    if t - last > SHORT then
      local c = statistics().collections
      if c.count - c.minor > count.count - count.minor then
        major[#major + 1] = t - last
      elseif c.minor > count.minor then
        minor[#minor + 1] = t - last
      end
      count = c
      t = clock()
    end
    last = t
  end
  me ! { minor, major, made / (last - begun) * 1000, last - begun }
end

local function at(t, p) return t[math.max(1, math.ceil(#t * p))] or 0 end
local function sum(t) local s = 0 for _, x in ipairs(t) do s = s + x end return s end
spawn(work)
receive case "built" then end
local late = {}
while true do
  local due = now() + 1
  receive case { minor, major, rate, time } then
    table.sort(minor)
    table.sort(major)
    print(string.format("heap_share %.2f %%", 100 * (sum(minor) + sum(major)) / time))
    print(string.format("heap_minor_p50 %.3f ms", at(minor, 0.5)))
    print(string.format("heap_minor_p99 %.3f ms", at(minor, 0.99)))
    print(string.format("heap_minor_max %.3f ms", at(minor, 1)))
    print(string.format("heap_major_max %.3f ms", at(major, 1)))
    print(string.format("heap_made %.0f /s", rate))
    break
  after 1 then late[#late + 1] = now() - due end
end
table.sort(late)
print(string.format("neighbour_p99 %.3f ms", at(late, 0.99)))
