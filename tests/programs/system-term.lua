-- needs: lua-system lua-term
-- The Lua parts of both, and what the stand-ins are held to.
dofile("tests/lang/stand-ins.lua")
local system, term = require("system"), require("term")
print(type(system.gettime()), term.isatty(io.tmpfile()))
print((term.colors.red("red") .. tostring(term.colors.reset)):gsub("\27", "ESC"))
local f = io.tmpfile()
term.cursor.goup(f, 3)
term.clear(f)
f:seek("set")
print((f:read("a"):gsub("\27", "ESC")))
