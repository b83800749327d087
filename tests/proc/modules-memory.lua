-- Who uses local helpers, required modules and a global table that is frozen costs
-- no more than 64 bytes above one that uses nothing; however large the modules are.
-- outside
local me, dir = self(), os.tmpname()
os.remove(dir)
require("lfs").mkdir(dir)
package.path = dir .. "/?.lua"
local function module(name, text)
  local file <close> = assert(io.open(dir .. "/" .. name .. ".lua", "w"))
  file:write(text)
end
module("shapes", [[
local areas, M = {}, {}
for i = 1, 500 do areas[i] = i * i end
function M.area(i) return areas[i] end
return M
]])
module("words", [[
local count, M = 0, { list = {} }
for i = 1, 200 do M.list["word" .. i] = { i, i * 2 } end
function M.count() return count end
function M.add() count = count + 1 return count end
return M
]])
local shapes, words = require("shapes"), require("words")
os.remove(dir .. "/shapes.lua")
os.remove(dir .. "/words.lua")
os.remove(dir)

config = freeze({ scale = 3, names = { "a", "b" } })
local offset = 7
local function shifted(x) return x + offset end
local function scaled(x) return shifted(x) * config.scale end
local function known(name) return words.list[name][1] end

local function park()
  me ! "parked"
  receive case "go" then end
end
local function parked(f)
  local pid = spawn(f)
  receive case "parked" then end
  return pid
end

-- By the account of each, and by what the whole program holds: that has other
-- reasons to grow, but no copies of modules, which are above 30 KB.
local N = 100
local function cost(f)
  local pids, held = {}, 0
  for i = 1, N do pids[i] = me end
  for _ = 1, 3 do parked(f) ! "go" end            -- what they have in common is there now
  while statistics().processes.alive > 1 do sleep(1) end
  local before = statistics().memory.used
  for i = 1, N do
    pids[i] = parked(f)
    held = math.max(held, process_info(pids[i]).memory)
  end
  local all = (statistics().memory.used - before) // N
  for i = 1, N do pids[i] ! "go" end
  return held, all
end

local function uses(x)
  assert(scaled(shapes.area(12)) + known("word5") + words.count() == 458 + x)
end
local empty, empty_all = cost(park)
local worker, worker_all = cost(function() uses(0) park() end)
-- Collections find the frozen table by itself, which is charged then: under stress there are some.
local most = os.getenv("MOONLET_STRESS") and 2048 or 64
print(worker - empty <= most, worker_all - empty_all < 1024)           --> true	true

-- The test can fail: what is written costs those who write, no others.
local writer = cost(function()
  words.list.word5 = { 6 }
  words.add()
  uses(2)
  park()
end)
print(writer - empty > 64, words.list.word5[1], words.count())          --> true	5	0

-- What the parent has written before, its children share.
words.list.word5 = freeze({ 7 })
words.add()
local child, child_all = cost(function() uses(3) park() end)
print(child - empty <= most, child_all - empty_all < 1024)              --> true	true
