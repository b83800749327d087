-- lua: same
-- package: config, searchers, searchpath, what require keeps to.

print((package.config:gsub("\n", "|")))         --> /|;|?|!|-|
print(#package.searchers, type(package.preload), type(package.loadlib))  --> 4	table	function

-- Files made for this test, in a folder of their own.
local root = os.tmpname()
os.remove(root)
os.execute("mkdir -p " .. root .. "/deep/down")
local function file(name, text)
  local f = assert(io.open(root .. "/" .. name, "w"))
  f:write(text)
  f:close()
end
local function short(s) return (tostring(s):gsub(root, "ROOT", 1):gsub(root, "ROOT")) end
package.path = root .. "/?.lua;" .. root .. "/?/init.lua"
package.cpath = root .. "/?.so"

-- A dot is a folder; the chunk is given its name and its file.
file("deep/down/well.lua", "return {...}")
local t, where = require("deep.down.well")
print(t[1], short(t[2]), #t, short(where))
--> deep.down.well	ROOT/deep/down/well.lua	2	ROOT/deep/down/well.lua
file("deep/init.lua", "return 'the folder'")
print((require("deep")))                        --> the folder

-- searchpath: any separator, a name as it is, several templates.
print(short(package.searchpath("deep-down-well", package.path, "-")))  --> ROOT/deep/down/well.lua
local nothing, tried = package.searchpath("a.b", "?-?;%?", ".", "%")
print(nothing, (tried:gsub("\n\t", "|")))       --> nil	no file 'a%b-a%b'|no file '%a%b'
print(package.searchpath("twice", ";;" .. root .. "/deep/init.lua;"):sub(-13))  --> deep/init.lua

-- Everything that was tried stands in the message.
local ok, e = pcall(require, "no.where")
print(ok, (short(e):gsub("\n\t", "|")))
--> false	module 'no.where' not found:|no field package.preload['no.where']|no file 'ROOT/no/where.lua'|no file 'ROOT/no/where/init.lua'|no file 'ROOT/no/where.so'|no file 'ROOT/no.so'

-- A searcher of one's own: loader and extra value, a remark, or nothing.
table.insert(package.searchers, 2, function(name)
  if name == "made" then return function(...) return {...} end, "extra" end
  if name == "said" then return "\n\tnot today" end
end)
local made, extra = require("made")
print(made[1], made[2], extra)                  --> made	extra	extra
print(select(2, pcall(require, "said")):find("not today", 1, true) ~= nil)  --> true
print(select(2, pcall(require, "other")):find("preload['other']\n\tno file", 1, true) ~= nil)  --> true
table.remove(package.searchers, 2)

-- A module may set its own entry; what it returns counts more.
file("own.lua", "package.loaded[...] = 'set by itself'")
print((require("own")))                         --> set by itself
file("both.lua", "package.loaded[...] = 'set' return 'returned'")
print((require("both")), package.loaded.both)   --> returned	returned

-- An error in a module reaches the caller as it is; the module is not loaded.
file("fails.lua", "error({code = 7})")
ok, e = pcall(require, "fails")
print(ok, e.code, package.loaded.fails)         --> false	7	nil

-- A module in Lua is found before a C module of that name.
file("twice.so", "")
file("twice.lua", "return 'in Lua'")
print((require("twice")))                       --> in Lua

-- Other tables in the fields change nothing, other texts do.
local loaded, preload = package.loaded, package.preload
package.loaded, package.preload = {}, { ghost = function() return "ghost" end }
print(require("own"), pcall(require, "ghost") == false)  --> set by itself	true
package.loaded, package.preload = loaded, preload
preload.ghost = function() return "no ghost" end
print((require("ghost")))                       --> no ghost

package.path = nil
print(select(2, pcall(require, "x")))           --> 'package.path' must be a string
package.path = ""
package.cpath = false
print(select(2, pcall(require, "x")))           --> 'package.cpath' must be a string
local searchers = package.searchers
package.searchers = nil
print(select(2, pcall(require, "x")))           --> 'package.searchers' must be a table
package.searchers = searchers

os.execute("rm -r " .. root)
