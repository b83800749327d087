-- The C parts of LuaSystem and lua-term; tests/programs/system-term.lua runs
-- this with the modules themselves.
local system, term = require("system.core"), require("term.core")
print(math.abs(system.gettime() - os.time()) < 60, math.type(system.gettime()))  --> true	float
local before = system.monotime()
print(system.sleep(0.01))                       -->
print(system.monotime() - before >= 0.01)       --> true
local f = io.tmpfile()
print(term.isatty(f), pcall(term.isatty, "no file") == false)  --> false	true
f:close()
print(system == package.loaded["system.core"])  --> true
