-- A module that only defines things is loaded once for all processes. Each has
-- its state to itself from the moment it changes it.
-- outside
local me, dir = self(), os.tmpname()
os.remove(dir)
require("lfs").mkdir(dir)
package.path = dir .. "/?.lua"
local names = {}
local function module(name, text)
  local file <close> = assert(io.open(dir .. "/" .. name .. ".lua", "w"))
  file:write(text)
  names[name] = true
end

module("counter", [[
local n = 0
local M = { list = { 1, 2, 3 }, options = { deep = { on = false } } }
function M.next() n = n + 1 return n end
function M.get() return n end
function M.both() return function() return n end, function(x) n = x end end
local Class = { kind = "class" }
Class.__index = Class
function Class:name() return self.kind .. self.x end
function M.new(x) return setmetatable({ x = x }, Class) end
M.Class = Class
return M
]])
module("user", [[
local counter = require("counter")
return { twice = function() return counter.next() + counter.next() end, counter = counter }
]])

-- One process: as always.
local user, counter = require("user"), require("counter")
print(user.counter == counter, package.loaded.counter == counter)      --> true	true
print(user.twice(), counter.get(), counter.next())                      --> 3	2	3
counter.list[2] = 20
counter.list[4] = 40
counter.options.deep.on = true
counter.extra = "main"
print(counter.list[2], #counter.list, counter.options.deep.on, counter.extra)   --> 20	4	true	main
local get, set = counter.both()
set(10)
print(get(), counter.get(), counter.next())                             --> 10	10	11
counter.Class.kind = "changed"
print(counter.new("!"):name(), rawequal(getmetatable(counter.new()), counter.Class))   --> changed!	true
local sum, keys = 0, 0
for _, v in ipairs(counter.list) do sum = sum + v end
for _ in pairs(counter) do keys = keys + 1 end
print(sum, keys, next({}, nil))                                         --> 64	8	nil
print(table.concat(counter.list, ","), select("#", table.unpack(counter.list)))    --> 1,20,3,40	4

-- A child goes on with the state of its parent, and changes its own. The module
-- is the same one, so it needs no copy however it gets there.
for i = 1, 3 do
  local child = spawn(function()
    receive case {"use", c} then
      local again = require("counter")
      me ! {c == again, c == counter, c.next(), c.list[2], c.extra, c.new(i):name()}
      c.list[2], c.extra = "child", nil
      set(100)
      me ! {c.next(), c.list[2], tostring(c.extra), get()}
    end
  end)
  child ! {"use", counter}
  receive case {a, b, n, l, e, name} then print(a, b, n, l, e, name) end
  receive case {n, l, e, g} then print(n, l, e, g) end
end
--> true	true	12	20	main	changed1
--> 101	child	nil	101
--> true	true	12	20	main	changed2
--> 101	child	nil	101
--> true	true	12	20	main	changed3
--> 101	child	nil	101
print(counter.get(), counter.list[2], counter.extra)                    --> 11	20	main

-- Who loads it by himself begins at the beginning.
spawn(function()
  package.loaded.counter = nil
  local fresh = require("counter")
  me ! {fresh == counter, fresh.get(), fresh.next(), fresh.list[2], #fresh.list, counter.get()}
end)
receive case {a, b, c, d, e, f} then print(a, b, c, d, e, f) end       --> false	0	1	2	3	11

-- In one process, too; the old one keeps its state.
package.loaded.counter = nil
local again = require("counter")
print(again == counter, again.next(), counter.get(), again.extra, counter.extra)        --> false	1	11	nil	main
print(user.counter == counter, user.counter == again)                   --> true	false

-- Two that require the same at the same time, with nothing inherited.
module("later", "local t = { hits = 0 } function t.hit() t.hits = t.hits + 1 return t.hits end return t")
for _ = 1, 4 do
  spawn(function()
    local t = require("later")
    me ! {t.hit(), t.hit(), t}
  end)
end
local got, ones, twos = {}, 0, 0
for i = 1, 4 do
  receive case {a, b, t} then
    got[i], ones, twos = t, ones + a, twos + b
  end
end
print(ones, twos, got[1] == got[2] and got[2] == got[3] and got[3] == got[4])  --> 4	8	true
print(got[1].hits, require("later") == got[1])                          --> 0	true

-- debug sees and changes the variables of one process.
local function upvalue(f, wanted)
  for i = 1, 10 do
    local name, value = debug.getupvalue(f, i)
    if name == wanted then return i, value end
  end
end
local i, n = upvalue(counter.get, "n")
print(n, debug.upvalueid(counter.get, i) == debug.upvalueid(counter.next, (upvalue(counter.next, "n"))))   --> 11	true
debug.setupvalue(counter.get, i, 50)
print(counter.get(), counter.next(), get())                             --> 50	51	51
spawn(function() me ! counter.next() end)
print(receive())                                                        --> 52
spawn(function() me ! got[1].hit() end)
print(receive())                                                        --> 1

-- What a module has collected goes through collections, in each process.
for round = 1, 3 do
  counter.options["round" .. round] = { round }
  collectgarbage()
end
spawn(function()
  local o = require("user").counter.options
  collectgarbage()
  o.round1[1] = "child"
  collectgarbage()
  me ! {o.round1[1], o.round2[1], o.deep.on}
end)
receive case {a, b, c} then print(a, b, c) end                          --> child	2	true
print(counter.options.round1[1], counter.options.round3[1])             --> 1	3

-- A frozen copy is as it is now, and stays so.
local frozen = freeze({ was = counter, list = counter.list })
counter.list[2] = 2000
print(frozen.list[2], frozen.was.list == frozen.list, frozen.was.extra)         --> 20	true	main
print(pcall(function() frozen.was.extra = 1 end) == false, isfrozen(counter))   --> true	false
counter.extra = "later"
print(frozen.was.extra, counter.extra)                                  --> main	later

for name in pairs(names) do os.remove(dir .. "/" .. name .. ".lua") end
os.remove(dir)
