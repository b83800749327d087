-- A module is loaded by each process for itself when loading it does something,
-- or depends on what that process has changed.
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
-- Is what one process requires what another one requires?
local function is_shared(name)
  local which = {}
  for i = 1, 2 do
    local _, ref = spawn_monitor(function()
      require("plain")
      exit({tostring(require(name))})
    end)
    receive case {"DOWN", ^ref, reason = r} then which[i] = type(r) == "table" and r[1] or r end
  end
  return which[1] == which[2]
end

module("plain", "return { pi = math.pi, f = function() return print end }")
module("printing", "print('loading') return {}")
module("global", "made_here = 1 return {}")
module("patching", "string.shout = function(s) return s:upper() .. '!' end return {}")
module("sending", "send(self(), 'loaded') return {}")
module("spawning", "local pid = spawn(function() end) return { pid = pid }")
module("chance", "return { n = math.random(1000000) }")
module("clock", "return { t = os.time() }")
module("thread", "return { co = coroutine.create(print) }")
module("caught", "pcall(print, 'in pcall') return {}")
module("final", "return { t = setmetatable({}, { __gc = function() end }) }")
module("weak", "local k, t = {}, setmetatable({}, { __mode = 'k' }) t[k] = 1 return { t = t, k = k }")
module("waiting", "receive after 1 then end return {}")
module("environment", "return { print = _G.print }")

print(is_shared("plain"))                       --> true
print(is_shared("printing"))
--> loading
--> loading
--> false
print(is_shared("global"), made_here)           --> false	nil
print(is_shared("patching"), string.shout)      --> false	nil
print(is_shared("sending"), is_shared("spawning"), is_shared("waiting"))        --> false	false	false
print(is_shared("chance"), is_shared("clock"), is_shared("environment"))        --> false	false	false
print(is_shared("thread"), is_shared("final"), is_shared("weak"))            --> false	false	false
module("no_environment", "local print = print local _ENV = nil return { f = function() return print end }")
print(require("no_environment").f() == print, is_shared("no_environment"))      --> true	true
print(is_shared("caught"))
--> in pcall
--> in pcall
--> false

-- One that needs such a module is like it. An error is raised each time.
module("needs", "return { p = require('chance') }")
module("needs_none", "return { p = pcall(require, 'no.such.module') }")
module("broken", "local x = nil return x.y")
print(is_shared("needs"), is_shared("needs_none"))      --> false	false
for _ = 1, 2 do print(pcall(require, "broken")) end
--? false	.*/broken.lua:1: attempt to index a nil value .*local 'x'.*
--? false	.*/broken.lua:1: attempt to index a nil value .*local 'x'.*
module("cut", "return {")
for _ = 1, 2 do print((select(2, pcall(require, "cut")):gsub("\n.*", ""))) end
--? error loading module 'cut' from file '.*/cut.lua':
--? error loading module 'cut' from file '.*/cut.lua':

-- What is shared is for those who would have loaded the same.
module("debugging", "return { on = DEBUG }")
print(is_shared("debugging"))                   --> true
DEBUG = "yes"
print(require("debugging").on)                  --> yes
DEBUG = nil
module("quoting", "return { q = string.format('%q', 'a') }")
spawn(function()
  string.format = function() return "mine" end
  me ! require("quoting").q
end)
print(receive(), require("quoting").q)          --> mine	"a"
module("on_base", "local b = require('plain') return { pi = b.pi }")
spawn(function()
  require("plain").pi = 3
  me ! require("on_base").pi
end)
print(receive(), require("on_base").pi == math.pi)      --> 3	true
module("other_base", "local b = require('plain') return { pi = b.pi }")
spawn(function()
  package.loaded.plain = { pi = 4 }
  me ! require("other_base").pi
end)
print(receive(), require("other_base").pi == math.pi)   --> 4	true

-- A file that changes is loaded anew by those who ask for it then.
module("version", "return 1, 'x'")
print((require("version")))                     --> 1
module("version", "return 'two'")
package.loaded.version = nil
print((require("version")), spawn(function()
  package.loaded.version = nil
  me ! (require("version"))
end) and receive())                             --> two	two

-- Names and places that a module is given.
module("told", "local name, path = ... return { name = name, path = path }")
local told, where = require("told")
print(told.name, told.path == where, where == dir .. "/told.lua")       --> told	true	true
package.path = dir .. "/?.lua;" .. dir .. "/../?.lua"
local folder = dir:match("[^/]+$")
print(require(folder .. ".told").name == folder .. ".told", require("told").name)       --> true	told

-- One that ends while it is about it leaves the module to the next.
module("endless", "local n = 0 while n < 1e12 do n = n + 1 end return n")
local loader = spawn(function() require("endless") end)
sleep(20)
exit(loader, "kill")
module("quick", "return { 'quick' }")
print(is_shared("quick"))                       --> true

for name in pairs(names) do os.remove(dir .. "/" .. name .. ".lua") end
os.remove(dir)
