-- debug.lua - what of the debug library calls back.

local native = ...
local write_error = native.write_error
local read, load, pcall, tostring = io.read, load, pcall, tostring

--- debug.debug()
--- Reads lines from the standard input and executes them, up to a line that
--- is `cont`.
function debug.debug()
  while true do
    write_error("lua_debug> ")
    local line = read("L")
    if not line or line == "cont\n" then return end
    local f, err = load(line, "=(debug command)")
    local ok = f
    if f then ok, err = pcall(f) end
    if not ok then write_error(tostring(err) .. "\n") end
  end
end
