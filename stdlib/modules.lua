-- modules.lua - what stands in for the C parts of small modules that many
-- programs want. require finds them through native.modules, in place of a
-- C module of that name; package.lua does that.

local native = ...
local gettime, isatty = native.gettime, native.isatty
local now, sleep = now, sleep

native.modules = native.modules or {}

-- LuaSystem
local system = {
  _VERSION = "LuaSystem 0.2.1",
  gettime = gettime,
  monotime = function() return now() / 1000 end,
  sleep = function(seconds) sleep(seconds * 1000) end,
}
native.modules["system.core"] = function() return system end

-- lua-term
local term = { isatty = isatty }
native.modules["term.core"] = function() return term end
