-- What a process costs that uses local helpers, modules and a frozen table, next
-- to one that uses nothing: bytes by its own account, and of the whole program.
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

local function resident()
  local file = io.open("/proc/self/status")
  if not file then return 0 end
  local kb = file:read("a"):match("VmRSS:%s*(%d+)")
  file:close()
  return tonumber(kb) * 1024
end

local function measure(name, f)
  local pids, before = {}, resident()
  for i = 1, N do pids[i] = spawn(f) end
  for _ = 1, N do receive case "parked" then end end
  local held, bytes = process_info(pids[N]).memory, (resident() - before) / N
  print(("%-8s %5d bytes by account, %7.1f resident"):format(name, held, bytes))
  for i = 1, N do pids[i] ! "go" end
  return held
end
local least = measure("empty", empty)
print("more:", measure("worker", worker) - least)
