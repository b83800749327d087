-- What is stored in objects that have lived long lives as long as they do, however
-- it got there. (In a build with checks objects are old early.)
local KEEP = 12000
local kept = {}
for i = 1, KEEP do kept[i] = { i, name = "name " .. i } end
collectgarbage()

-- Garbage until the collector has come by, some times.
local function churn()
  local t
  for i = 1, 6000 do t = { i, "text " .. i, { i } } end
  return t
end
local function new(i) return { "new " .. i } end
local function is_new(t, i) return t[1] == "new " .. i end

-- Fields and items of small tables, and new keys; an item of a long one; its end.
for i = 1, 500 do
  local t = kept[i * 3]
  t[1] = new(i)
  t.name = "other " .. i
  t["key " .. i] = new(i)
  t[new(i)] = i
  kept[i * 3 + 1] = new(i)
  kept[#kept + 1] = new(i)
  if i % 50 == 0 then churn() end
end
churn()
local good = 0
for i = 1, 500 do
  local t = kept[i * 3]
  local others = 0
  for k, v in pairs(t) do
    if type(k) == "table" and is_new(k, i) and v == i then others = others + 1 end
  end
  if is_new(t[1], i) and t.name == "other " .. i and is_new(t["key " .. i], i) and others == 1 and
     is_new(kept[i * 3 + 1], i) and is_new(kept[KEEP + i], i) then good = good + 1 end
end
print(good)                                             --> 500

-- Fields alone.
for i = 1, 100 do kept[i + 3000].name = "field " .. i end
churn()
good = 0
for i = 1, 100 do if kept[i + 3000].name == "field " .. i then good = good + 1 end end
print(good)                                             --> 100

-- A table that grows from nothing, and loses keys.
local map = {}
kept[2] = map
churn()
for i = 1, 3000 do
  map["k" .. i] = new(i)
  if i > 100 then map["k" .. i - 100] = nil end
  if i % 500 == 0 then churn() end
end
local n = 0
for k, v in pairs(map) do if k:match("^k%d") and is_new(v, k:match("%d+")) then n = n + 1 end end
print(n)                                                --> 100

-- Metatables.
for i = 1, 100 do setmetatable(kept[i + 2000], { __index = new(i) }) end
churn()
good = 0
for i = 1, 100 do
  kept[i + 2000][1] = nil
  if kept[i + 2000][1] == "new " .. i then good = good + 1 end
end
print(good)                                             --> 100

-- Captured variables, one's own and those of others.
local mine, others = new(0), {}
local function set_mine(v) mine = v end
for i = 1, 50 do
  local v
  others[i] = function(x) local was = v; v = x or v; return was end
end
churn()
for i = 1, 50 do others[i](new(i)) end
mine = new(1)
churn()
good = is_new(mine, 1) and 1 or 0
for i = 1, 50 do if is_new(others[i](), i) then good = good + 1 end end
set_mine(new(2))
churn()
print(good, is_new(mine, 2))                            --> 51	true
local function joined() return mine end
debug.upvaluejoin(joined, 1, others[7], 1)
debug.setupvalue(others[8], 1, new(88))
churn()
print(is_new(joined(), 7), is_new(others[8](), 88))     --> true	true

-- Those of functions that share what others were given, or have been given another's.
local by_value = new(10)
local function reads() return by_value end
local function writes(v) by_value = v end
local setter, shared = function(v) mine = v end, nil
debug.upvaluejoin(setter, 1, reads, 1)
churn()
debug.setupvalue(reads, 1, new(11))
churn()
print(is_new(reads(), 11), is_new(by_value, 11))        --> true	true
setter(new(12))
churn()
print(is_new(reads(), 12), is_new(mine, 2))             --> true	true
writes(new(13))
churn()
print(is_new(by_value, 13))                             --> true
for i = 1, 3 do
  local young = new(20 + i)
  local function f(x) young = x or young return young end
  debug.upvaluejoin(others[i], 1, f, 1)
  churn()
  assert(is_new(others[i](), 20 + i))
end
do
  local const = new(30)
  local function f() return const end
  churn()
  debug.setupvalue(f, 1, new(31))
  churn()
  print(is_new(f(), 31))                                --> true
end

-- Coroutines: what they and those that wait for them have on their stacks.
local function worker(depth)
  local held = new(depth)
  if depth > 0 then
    local inner = coroutine.wrap(worker)
    inner(depth - 1)
    held = new(depth)
    for i = 1, 3 do
      coroutine.yield()
      local more = new(i)
      churn()
      assert(is_new(held, depth) and is_new(more, i))
      inner()
      churn()
      assert(is_new(held, depth) and is_new(more, i))
      held = new(depth)
    end
    return
  end
  for i = 1, 5 do
    coroutine.yield()
    assert(is_new(held, 0))
    held = new(0)
  end
end
local co = coroutine.wrap(worker)
co(3)
churn()
for _ = 1, 3 do co() churn() end
local generators = {}
for i = 1, 50 do
  generators[i] = coroutine.wrap(function()
    local last = new(0)
    for k = 1, 20 do
      coroutine.yield(last)
      last = new(k)
    end
  end)
end
good = 0
for k = 0, 10 do
  for i = 1, 50 do if is_new(generators[i](), k) then good = good + 1 end end
  churn()
end
print(good)                                             --> 550
local old = coroutine.wrap(function() while true do churn() coroutine.yield(new(1)) end end)
old()
churn()
for _ = 1, 3 do                                         -- resumed by young ones
  local young = coroutine.wrap(function() local v = new(2) local w = old() churn() return is_new(v, 2) and is_new(w, 1) end)
  assert(young())
end
local sleeper = coroutine.create(function() local v, b = new(1) local function set(x) b = x end coroutine.yield() return v, b end)
coroutine.resume(sleeper)
churn()
debug.setlocal(sleeper, 1, 1, new(5))
churn()
debug.setlocal(sleeper, 1, 2, new(6))
churn()
local _, v, w = coroutine.resume(sleeper)
print(is_new(v, 5), is_new(w, 6))                       --> true	true
local failing = coroutine.create(function() local c <close> = setmetatable({}, { __close = function() end })
  coroutine.yield() error(new(9)) end)
coroutine.resume(failing)
churn()
coroutine.resume(failing)
churn()
print(is_new(select(2, coroutine.close(failing)), 9))   --> true

-- Functions of the library that move many at once.
local list = {}
for i = 1, 4000 do list[i] = "item " .. i end
churn()
for i = 1, 60 do
  table.insert(list, 1, "front " .. i)
  table.insert(list, 2000, new(i))
  list[3990] = "late " .. i
  table.remove(list, 3000)
  if i % 20 == 0 then churn() end
end
churn()
good = 0
for i = 1, 60 do
  if list[61 - i] == "front " .. i and is_new(list[2000 + 2 * (60 - i)], i) then good = good + 1 end
end
print(good, #list)                                      --> 60	4060
table.move({ new(1), new(2), "three" }, 1, 3, 100, list)
churn()
print(is_new(list[100], 1), is_new(list[101], 2), list[102])    --> true	true	three
local texts = {}
for i = 1, 4000 do texts[i] = "t" .. i end
churn()
for i = 1, 4000, 7 do texts[i] = "t" .. 10000 - i end
table.sort(texts)
churn()
good = true
for i = 2, #texts do good = good and texts[i - 1] <= texts[i] end
print(good)                                             --> true
table.sort(list, function(a, b) return tostring(type(a)) .. tostring(a) < tostring(type(b)) .. tostring(b) end)
churn()
local tables, strings = 0, 0
for _, x in ipairs(list) do
  if type(x) == "table" then tables = tables + 1 assert(x[1]:match("^new %d+$")) else strings = strings + 1 assert(#x > 2) end
end
print(tables + strings)                                 --> 4060

local shrinks = {}
for i = 1, 3000 do shrinks[i] = i end
churn()
for i = 20, 3000 do shrinks[i] = nil end
for i = 1, 10 do shrinks[i] = new(i) end
for i = 1, 40 do shrinks["key " .. i] = new(i) end
churn()
good = 0
for i = 1, 10 do if is_new(shrinks[i], i) and is_new(shrinks["key " .. i], i) then good = good + 1 end end
print(good)                                             --> 10

-- The globals, a process dictionary, a userdata.
global_one = new(1)
churn()
global_one = new(2)
process_dictionary().two = new(3)
local file = io.tmpfile()
churn()
debug.setmetatable(file, { __index = function() return new(4) end, __name = "mine" })
churn()
print(is_new(global_one, 2), is_new(process_dictionary().two, 3), is_new(file.x, 4))    --> true	true	true

-- Weak tables and finalisers wait for a full collection, and then do what they should.
local weak, ended = setmetatable({}, { __mode = "v" }), 0
for i = 1, 200 do
  weak[i] = i <= 100 and kept[i] or new(i)
  setmetatable(new(i), { __gc = function() ended = ended + 1 end })
end
churn()
collectgarbage()
n = 0
for i in pairs(weak) do n = n + 1 assert(i <= 100) end
print(n, ended)                                         --> 100	200

print(statistics().collections.minor > 20)              --> true

-- Nothing of it is lost in the end, nor kept.
local before = collectgarbage("count")
kept, map, list, texts, weak = nil, nil, nil, nil, nil
collectgarbage()
collectgarbage()
print(collectgarbage("count") < before / 2)             --> true
