-- needs: lua-logging
-- Loggers with levels and patterns, to a file and to a function.
package.path = package.path .. ";/usr/share/lua/5.3/?.lua;/usr/share/lua/5.3/?/init.lua;/usr/share/lua/5.2/?.lua;/usr/share/lua/5.2/?/init.lua"
local logging = require("logging")
local log = logging.new(function(_, level, message) print("LOG", level, message) return true end)
log:setLevel(logging.INFO)
log:debug("not seen")
log:info("seen %d %s", 42, "times")
log:warn({ 1, "two" })
log:error(function(a) return "made when needed " .. a end, 7)
log:fatal("%%")
print(pcall(log.setLevel, log, "LOUD") == false)
log:log(logging.WARN, "by level")
print(logging.prepareLogMsg("%level: %message\n", "date", "INFO", "text"))
local name = os.tmpname()
local file = require("logging.file")(name, nil, "%level %message\n")
file:info("first")
file:error("second %s", "line")
for line in io.lines(name) do print(line) end
os.remove(name)
