-- A process with a large live heap of small tables and strings makes new ones all the
-- time and stores one of SIXTEEN in an old one, at random. How long does it stand
-- still, and how late is a neighbour on the same worker?
--
--     moonlet [--schedulers N] bench/procs/heap.lua [MIB] [SECONDS] [SIXTEEN]
--
-- A pause is a step that takes more than 0.1 ms; those of a full collection are told
-- apart by being more than 20 times the median.
--
-- figures: heap_share heap_minor_p50 heap_minor_p99 heap_minor_max heap_major_max heap_steps neighbour_p99 neighbour_max
-- quick: 2 0.3
local mib, seconds, each = tonumber(arg[1]) or 64, tonumber(arg[2]) or 5, tonumber(arg[3]) or 16
local me = self()

local function work()
  local n = math.floor(mib * 1024 * 1024 / 200)         -- about 200 bytes each
  local old, random = {}, math.random
  for i = 1, n do old[i] = { i, name = "name " .. i } end
  me ! "built"
  local pauses, steps, stands = {}, 0, 0
  local begun = now()
  local last = begun
  while last - begun < seconds * 1000 do
    for i = 1, each do
      local new = { i, name = "new " .. i }
      if i == each then old[random(n)] = new end
    end
    steps = steps + each
    local t = now()
    if t - last > 0.1 then
      pauses[#pauses + 1] = t - last
      stands = stands + t - last
    end
    last = t
  end
  me ! { pauses, steps / (last - begun) * 1000, stands / (last - begun) }
end

local function at(t, p) return t[math.max(1, math.ceil(#t * p))] or 0 end
spawn(work)
receive case "built" then end
local late = {}
while true do
  local due = now() + 1
  receive case { pauses, rate, share } then
    table.sort(pauses)
    local border, minor, major = 20 * at(pauses, 0.5), {}, 0
    for _, p in ipairs(pauses) do
      if p < border then minor[#minor + 1] = p else major = math.max(major, p) end
    end
    print(string.format("heap_share %.4f of_1", share))
    print(string.format("heap_minor_p50 %.3f ms", at(minor, 0.5)))
    print(string.format("heap_minor_p99 %.3f ms", at(minor, 0.99)))
    print(string.format("heap_minor_max %.3f ms", minor[#minor] or 0))
    print(string.format("heap_major_max %.3f ms", major))
    print(string.format("heap_steps %.0f /s", rate))
    break
  after 1 then late[#late + 1] = now() - due end
end
table.sort(late)
print(string.format("neighbour_p99 %.3f ms", at(late, 0.99)))
print(string.format("neighbour_max %.3f ms", late[#late] or 0))
