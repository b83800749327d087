-- Modules that require others: what is found out on trial is noticed by nobody, and
-- who shares has what loading it by himself would give.
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
-- What f returns in a process of its own.
local function apart(f)
  local _, ref = spawn_monitor(function() exit(table.pack(f())) end)
  receive case {"DOWN", ^ref, reason = r} then return table.unpack(r, 1, r.n) end
end

-- A process that would not require the other one does not load it, nor does the trial.
module("loud", "print('loud') return {}")
module("by_global", "if not QUIET then require('loud') end return {}")
module("by_library", "if not string.quiet then require('loud') end return {}")
module("by_module", "local o = require('options') if not o.quiet then require('loud') end return {}")
module("options", "return {}")
print(apart(function() QUIET = true require("by_global") return "done" end))            --> done
print(apart(function() string.quiet = true require("by_library") return "done" end))    --> done
print(apart(function() require("options").quiet = true require("by_module") return "done" end))     --> done
print(apart(function() require("by_module") return "done" end))
--> loud
--> done

-- What a module calls of others may mention globals, too.
module("reader", "return { get = function() return SETTING end }")
module("middle", "local r = require('reader') return { get = r.get }")
module("caller", "return { was = require('reader').get() }")
module("far_caller", "return { was = require('middle').get() }")
print(require("caller").was, require("far_caller").was)                                 --> nil	nil
print(apart(function() SETTING = 5 return require("caller").was, require("far_caller").was end))
--> nil	nil
local function afresh(name)
  package.loaded.caller, package.loaded.far_caller = nil, nil
  return require(name).was
end
print(apart(function() SETTING = 5 return afresh("caller"), afresh("far_caller") end))  --> 5	5
module("caller2", "return { was = require('reader').get() }")
module("far_caller2", "return { was = require('middle').get() }")
print(apart(function() return require("caller2").was, require("far_caller2").was end))  --> nil	nil
print(apart(function()
  SETTING = 6
  return require("caller2").was, require("far_caller2").was, require("middle") == require("middle")
end))
--> 6	6	true

-- However it comes to the table of globals.
module("all_loaded", "return { was = package.loaded._G.SETTING }")
module("all_required", "return { was = require('_G').SETTING }")
print(apart(function() return require("all_loaded").was, require("all_required").was end))      --> nil	nil
SETTING = 7
print(apart(function() return (SETTING or 0) and require("all_loaded").was, require("all_required").was end))   --> 7	7
print(require("all_loaded").was, require("all_required").was)                           --> 7	7

-- Modules that need each other are an error, not a wait for ever: in one process and
-- in several that begin at different ends.
module("hen", "return { require('egg') }")
module("egg", "return { require('hen') }")
-- In little memory, so that they soon come to the end of the stack.
local function circle(name)
  spawn({ memory = 256 * 1024 }, function()
    local ok, why = pcall(require, name)
    me ! {"over", ok, why}
  end)
end
circle("hen")
receive case {"over", ok, why} then print(ok, why) end
--? false	.*stack overflow.*
for n = 1, 20 do
  local ends = { "a" .. n, "b" .. n, "c" .. n }
  for i, name in ipairs(ends) do
    module(name, ("local x = 0 for i = 1, %d do x = x + i end return { require('%s') }")
      :format(n * 200, ends[i % 3 + 1]))
  end
  for _, name in ipairs(ends) do circle(name) end
end
local failed = 0
for _ = 1, 60 do
  receive case {"over", ok, _} then failed = failed + (ok and 0 or 1) end
end
print(failed)                                           --> 60

-- The usual way out.
module("chicken", "local M = {} package.loaded.chicken = M M.of = require('ovum') return M")
module("ovum", "local M = {} package.loaded.ovum = M M.of = require('chicken') return M")
print(apart(function()
  local hen = require("chicken")
  return hen.of.of == hen, require("ovum").of == hen
end))
--> true	true

-- Who waits while it loads a module does not keep others from it.
module("patient", "return { require('waiting') }")
module("waiting", "receive case 'go' then end return 'went'")
local first = spawn(function() me ! {"first", require("patient")[1]} end)
while process_info(first).state ~= "receiving" do sleep(1) end
local second = spawn(function() me ! {"second", require("patient")[1]} end)
second ! "go"
receive case {who, what} then print(who, what) end      --> second	went
first ! "go"
receive case {who, what} then print(who, what) end      --> first	went

-- Many at once, whose modules need one another; a module is one for all of them.
module("base", "return { n = 0 }")
for i = 1, 8 do
  module("m" .. i, ("local b = require('base') return { base = b, %s }")
    :format(i > 1 and ("before = require('m%d')"):format(i - 1) or ""))
end
for p = 1, 32 do
  spawn(function()
    local m = require("m" .. p % 8 + 1)
    m.base.n = m.base.n + 1
    me ! {m.base, m.base.n, require("base") == m.base}
  end)
end
local base, ones, same = nil, 0, 0
for _ = 1, 32 do
  receive case {b, n, is} then
    base = base or b
    ones, same = ones + n, same + (b == base and is and 1 or 0)
  end
end
print(ones, same, require("base") == base, base.n)      --> 32	32	true	0

-- A large one is shared in slices; whoever is about it may end at any of them.
for n = 1, 12 do
  module("large" .. n, [=[
    local all, by = {}, {}
    for i = 1, 6000 do all[i] = { i, "text " .. i } by["key " .. i] = all[i] by[all[i]] = i end
    return { all = all, by = by, long = ("x"):rep(5000), f = function(i) return all[i] end }
  ]=])
  local p, ref = spawn_monitor(function() require("large" .. n) end)
  sleep(n)
  exit(p, "kill")
  receive case {"DOWN", ^ref} then end
end
local right = 0
for n = 1, 12 do
  for _ = 1, 2 do spawn(function() me ! require("large" .. n) end) end
  local m, other = receive(), receive()
  right = right + (m == other and m.by["key 77"] == m.f(77) and m.by[m.all[5999]] == 5999 and
                   #m.long == 5000 and #m.all == 6000 and 1 or 0)
end
print(right)                                            --> 12

-- Who has too little memory for it decides for nobody else.
module("hungry", "local t = {} for i = 1, 50000 do t[i] = { i } end return t")
local _, ref = spawn_monitor({ memory = 300 * 1024 }, function() require("hungry") end)
receive case {"DOWN", ^ref, reason = {"limit", what}} then print(what) end      --> memory
for _ = 1, 2 do spawn(function() me ! require("hungry") end) end
local a, b = receive(), receive()
print(#a, a == b)                                       --> 50000	true

for name in pairs(names) do os.remove(dir .. "/" .. name .. ".lua") end
os.remove(dir)
