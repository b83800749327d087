-- lua: same
-- require: preload, package.path, loaded, errors.

package.preload.first = function(name, extra) print("loading", name, extra); return {name = name} end
local m = require("first")        --> loading	first	:preload:
print(m.name, require("first") == m, package.loaded.first == m)  --> first	true	true
print(select("#", require("first")))  --> 1

package.preload.none = function() end
print(require("none"))            --> true	:preload:
package.preload.no = function() return false end
print(require("no"), package.loaded.no)  --> false	false

local dir = os.tmpname()
os.remove(dir)
local name = dir:match("([^/]+)$")
local folder = dir:match("^(.*)/")
local file = io.open(dir .. ".lua", "w")
file:write("local name, path = ...\nreturn {name = name, has_path = path ~= nil, count = (COUNT or 0) + 1}\n")
file:close()
package.path = folder .. "/?.lua;" .. package.path
local mod, where = require(name)
print(mod.name == name, mod.has_path, mod.count, where == dir .. ".lua")  --> true	true	1	true
print(require(name) == mod)       --> true
package.loaded[name] = nil
print(require(name) == mod)       --> false
print(package.searchpath(name, package.path) == dir .. ".lua")  --> true
print(package.searchpath("no.such.module", "./?.lua;./?/x.lua"))
--> nil	no file './no/such/module.lua'
--> 	no file './no/such/module/x.lua'
os.remove(dir .. ".lua")

file = io.open(dir .. ".lua", "w")
file:write("this is no lua\n")
file:close()
package.loaded[name] = nil
local ok, e = pcall(require, name)
print(ok, e:find("error loading module", 1, true) ~= nil)  --> false	true
os.remove(dir .. ".lua")

-- Written again with as many bytes, and at once: it is the new one that counts.
for i = 1, 5 do
  file = io.open(dir .. ".lua", "w")
  file:write("return " .. i .. "\n")
  file:close()
  package.loaded[name] = nil
  io.write(require(name), " ")
end
print()                           --> 1 2 3 4 5 
os.remove(dir .. ".lua")

ok, e = pcall(require, "surely.not.there")
print(ok, e:match("^module 'surely.not.there' not found:"))
--> false	module 'surely.not.there' not found:
print(e:find("no field package.preload['surely.not.there']", 1, true) ~= nil)  --> true
package.preload.bad = function() error("in loader", 0) end
ok, e = pcall(require, "bad")
print(ok, e)                      --> false	in loader
print(type(package.searchers), type(package.cpath), package.config:sub(1, 1))  --> table	string	/
print(package.loaded._G == _G, package.loaded.string == string, require("math") == math)
--> true	true	true
