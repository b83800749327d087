-- What a process costs that uses three local helpers, two required modules and a
-- global table that is frozen, next to one that uses nothing: bytes by its own
-- account, and of all that the program has. Promised: not more than 64 bytes.
-- args: how many processes (1,000,000)
local N = tonumber(arg and arg[1]) or 1000000 // (tonumber(os.getenv("MOONLET_SCALE")) or 1)

-- Two modules of some size, written to where require finds them.
local folder = os.tmpname()
os.remove(folder)
require("lfs").mkdir(folder)
local function module(name, text)
  local file = assert(io.open(folder .. "/" .. name .. ".lua", "w"))
  file:write(text)
  file:close()
end
module("shapes", [[
local areas, M = {}, {}
for i = 1, 5000 do areas[i] = i * i end
function M.area(i) return areas[i] end
return M
]])
module("words", [[
local count, M = 0, { list = {} }
for i = 1, 2000 do M.list["word" .. i] = { i, i * 2 } end
function M.count() return count end
function M.add() count = count + 1 return count end
return M
]])
package.path = folder .. "/?.lua;" .. package.path
local shapes, words = require("shapes"), require("words")
os.remove(folder .. "/shapes.lua")
os.remove(folder .. "/words.lua")
os.remove(folder)

config = freeze({ scale = 3, names = { "a", "b" } })
local offset = 7
local function shifted(x) return x + offset end
local function scaled(x) return shifted(x) * config.scale end
local function known(name) return words.list[name][1] end

local me = self()
local function empty()
  me ! "parked"
  receive case "go" then end
end
local function worker()
  local x = scaled(shapes.area(12)) + known("word5") + words.count()
  if x ~= 458 then error(x) end
  me ! "parked"
  receive case "go" then end
end

local pids = {}
for i = 1, N do pids[i] = me end

-- All bytes that the VM has, what its processes have in common among them.
local function measure(f)
  while statistics().processes.alive > 1 do sleep(10) end
  collectgarbage()
  local before = statistics().memory.used
  for i = 1, N do pids[i] = spawn(f) end
  for _ = 1, N do receive case "parked" then end end
  local held, all = process_info(pids[N]).memory, (statistics().memory.used - before) / N
  for i = 1, N do pids[i] ! "go" end
  return held, all
end
local function tell(name, held, all)
  print(("%-8s %5d bytes by account, %7.1f of the program's"):format(name, held, all))
end
measure(empty)                  -- tables of the VM have grown then
local held, all = measure(empty)
local more, more_all = measure(worker)
tell("empty", held, all)
tell("worker", more, more_all)
tell("more", more - held, more_all - all)
