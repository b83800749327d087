-- require "lfs": what stands in for LuaFileSystem. tests/programs/lfs.lua runs
-- this with the module itself.
local lfs = require("lfs")
print(lfs._VERSION:match("^LuaFileSystem "), package.loaded.lfs == lfs, _G.lfs == lfs)  --> LuaFileSystem 	true	true

local root = os.tmpname()
os.remove(root)
local function write(name, text)
  local f = assert(io.open(root .. name, "w"))
  f:write(text)
  f:close()
end
local function short(s) return (tostring(s):gsub(root, "ROOT")) end

-- Folders are made and removed; what fails says why.
print(lfs.mkdir(root))                          --> true
print(lfs.mkdir(root))                          --> nil	File exists	17
print(lfs.mkdir(root .. "/a"), lfs.mkdir(root .. "/b"), lfs.rmdir(root .. "/b"))  --> true	true	true
print(lfs.rmdir(root .. "/b"))                  --> nil	No such file or directory	2
write("/a/one", "12345")
print(lfs.rmdir(root .. "/a"))                  --> nil	Directory not empty	39

-- Attributes: all, one, into a table that is there.
local t = lfs.attributes(root .. "/a/one")
print(t.mode, t.size, t.nlink, #t.permissions, math.type(t.modification))  --> file	5	1	9	integer
local count = 0
for _ in pairs(t) do count = count + 1 end
print(count)                                    --> 14
print(lfs.attributes(root, "mode"), lfs.attributes(root .. "/a/one", "size"))  --> directory	5
local into = { size = "old", mine = 1 }
print(lfs.attributes(root .. "/a/one", into) == into, into.size, into.mine)  --> true	5	1
local ok, why, code = lfs.attributes(root .. "/none")
print(ok, short(why), code)
--> nil	cannot obtain information from file 'ROOT/none': No such file or directory	2
print(select(2, pcall(lfs.attributes, root, "colour")):match("invalid attribute name.*"))
--> invalid attribute name 'colour'
print(lfs.attributes("/dev/null", "mode"))      --> char device

-- Links.
print(lfs.link(root .. "/a/one", root .. "/two"), lfs.attributes(root .. "/two", "nlink"))  --> true	2
print(lfs.link("a/one", root .. "/three", true))  --> true
print(lfs.symlinkattributes(root .. "/three", "mode"), lfs.attributes(root .. "/three", "mode"))  --> link	file
print(lfs.symlinkattributes(root .. "/three", "target"), lfs.symlinkattributes(root .. "/three").target)
--> a/one	a/one
print(lfs.link(root .. "/none", root .. "/x"))  --> nil	No such file or directory	2

-- Times.
print(lfs.touch(root .. "/two", 1000, 2000))    --> true
print(lfs.attributes(root .. "/two", "access"), lfs.attributes(root .. "/two", "modification"))  --> 1000	2000
print(lfs.touch(root .. "/two", 3000), lfs.attributes(root .. "/two", "modification"))  --> true	3000
print(lfs.touch(root .. "/two"), os.time() - lfs.attributes(root .. "/two", "modification") < 60)  --> true	true
print(lfs.touch(root .. "/none"))               --> nil	No such file or directory	2

-- Reading a folder, to its end, by hand, and not to its end.
local names = {}
for name in lfs.dir(root) do names[#names + 1] = name end
table.sort(names)
print(table.concat(names, " "))                 --> . .. a three two
local next_name, folder = lfs.dir(root .. "/a")
print(type(next_name(folder)), type(folder:next()), type(folder:next()), folder:next())
--> string	string	string
print(select(2, pcall(folder.next, folder)):match("closed directory"))  --> closed directory
for _ in lfs.dir(root) do break end
next_name, folder = lfs.dir(root)
folder:close()
folder:close()
print(pcall(next_name, folder) == false)        --> true
ok, why = pcall(lfs.dir, root .. "/none")
print(ok, short(why):match("cannot open.*"))    --> false	cannot open ROOT/none: No such file or directory

-- More names than are read at a time.
lfs.mkdir(root .. "/many")
for i = 1, 700 do write(("/many/%s%d"):format(("x"):rep(60), i), "") end
local seen, n = {}, 0
for name in lfs.dir(root .. "/many") do
  if not seen[name] then n = n + 1 end
  seen[name] = true
end
print(n)                                        --> 702

-- The working directory.
local before = lfs.currentdir()
print(lfs.chdir(root), short(lfs.currentdir()), lfs.attributes("a/one", "size"))  --> true	ROOT	5
ok, why = lfs.chdir("none")
print(ok, (why:gsub("\n", "|")))
--> nil	Unable to change working directory to 'none'|No such file or directory|
lfs.chdir(before)

-- Locks, and modes that do not matter.
local f = io.open(root .. "/two", "r+")
print(lfs.lock(f, "w"), lfs.lock(f, "r", 0, 2), lfs.unlock(f), lfs.setmode(f, "text"))
--> true	true	true	true	binary
f:close()
print(pcall(lfs.lock, f, "w") == false, pcall(lfs.lock, io.stdout, "q") == false)  --> true	true
local lock = lfs.lock_dir(root)
print(lfs.lock_dir(root))                       --> nil	File exists
lock:free()
lock = lfs.lock_dir(root)
print(lock ~= nil)                              --> true
lock:free()

for name in lfs.dir(root .. "/many") do os.remove(root .. "/many/" .. name) end
for _, name in ipairs { "/many", "/a/one", "/a", "/two", "/three", "" } do os.remove(root .. name) end
print((lfs.attributes(root)))                   --> nil
