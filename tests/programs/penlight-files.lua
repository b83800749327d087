-- needs: lua-penlight lua-filesystem
-- Penlight on files, folders and the environment of functions.
local path, dir, file, utils = require("pl.path"), require("pl.dir"), require("pl.file"), require("pl.utils")
local compat, app, strict, test = require("pl.compat"), require("pl.app"), require("pl.strict"), require("pl.test")
local root = path.tmpname()
os.remove(root)
local function short(s) return (tostring(s):gsub(root, "ROOT")) end

print(path.basename("/a/b.txt"), path.dirname("/a/b.txt"), path.extension("x.tar.gz"), path.splitext("a/b.c"))
print(path.join("a", "b", "/c"), path.normpath("/a/./b/../c//d"), path.relpath("/a/b/c", "/a/d"), path.abspath("x", "/y"), path.isabs("x"))
print(path.common_prefix("/a/bc", "/a/bd"), path.expanduser("~") == os.getenv("HOME"), path.package_path("pl.path") ~= nil)

print(dir.makepath(root .. "/deep/er"), path.isdir(root), path.exists(root .. "/none"))
print(file.write(root .. "/deep/one.txt", "content"), file.write(root .. "/deep/er/two.lua", "return 2"))
print(file.read(root .. "/deep/one.txt"), path.getsize(root .. "/deep/one.txt"), path.isfile(root .. "/deep/one.txt"), file.read(root .. "/no") == nil)
print(file.copy(root .. "/deep/one.txt", root .. "/three.txt"), file.move(root .. "/three.txt", root .. "/four.txt"), path.exists(root .. "/three.txt"))
for where, folders, files in dir.walk(root) do
  folders:sort()
  files:sort()
  print(short(where), folders, files)
end
print(dir.getallfiles(root):sort():map(short), dir.getfiles(root .. "/deep", "*.txt"):map(short), dir.fnmatch("a.lua", "*.lua"), dir.filter({ "x.c", "y.h" }, "*.c"))
print(dir.clonetree(root .. "/deep", root .. "/copy"), path.exists(root .. "/copy/er/two.lua") ~= false)
print(dir.rmtree(root), path.exists(root))

print(utils.execute("exit 3"), select(2, utils.executeex("echo out; echo err >&2; exit 2")))
print(utils.readlines and utils.writefile(root, "a\nb\n"), utils.readlines(root)[2], utils.readfile(root))
os.remove(root)

-- Environments of functions, as Lua 5.1 had them.
local function f() return x, y end
x, y = "global x", "global y"
print(f())
compat.setfenv(f, { x = "mine" })
print(f())
print(compat.getfenv(f).x, compat.getfenv(print) == _G, x)
print(compat.load("return x", "chunk", "t", { x = "loaded" })())
local module = {}
utils.import("pl.tablex", module)
print(type(module.map), type(utils.bind1("+", 1)), utils.bind1("+", 1)(2), utils.string_lambda("|a| a .. '!'")("x"))

local mod = strict.module("guarded", {})
mod.known = 1
print(mod.known, pcall(function() return mod.unknown end))
print(pcall(test.asserteq, { 1 }, { 1 }), type(app.platform()), app.require_here and true)
print(utils.on_error and pcall(utils.on_error, "error"), pcall(utils.raise, "raised"))
