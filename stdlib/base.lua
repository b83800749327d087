-- base.lua - what of the basic functions calls back or keeps settings.
-- A table like `settings` is shared and never written: a process that changes
-- a setting has a copy of its own from then on.

local native = ...
local slow, write_error = native.slow, native.write_error
local concat, pack, select, tointeger, type = table.concat, table.pack, select, math.tointeger, type
local next, rawget, rawset, isfrozen, freeze_as_is = next, rawget, rawset, isfrozen, native.freeze_as_is
local getmetatable, setmetatable = debug.getmetatable, debug.setmetatable

-- The step of ipairs where __index may have a say.
slow["ipairs"] = function(t, i)
  i = i + 1
  local v = t[i]
  if v == nil then return nil end
  return i, v
end

slow["math.max"] = function(...)
  local t, best = pack(...), (...)
  for i = 2, t.n do
    if best < t[i] then best = t[i] end
  end
  return best
end

slow["math.min"] = function(...)
  local t, best = pack(...), (...)
  for i = 2, t.n do
    if t[i] < best then best = t[i] end
  end
  return best
end

local settings = {
  warnings = false, mode = "generational", setpause = 200, setstepmul = 100
}

-- Settings of the collector: only remembered.
slow["collectgarbage"] = function(option, value, more)
  if option == "setpause" or option == "setstepmul" then
    local before = settings[option]
    settings[option] = tointeger(value) or 0
    return before
  end
  if option == "incremental" then           -- zero: as it is
    if value and value ~= 0 then settings.setpause = tointeger(value) end
    if more and more ~= 0 then settings.setstepmul = tointeger(more) end
  end
  local before = settings.mode
  settings.mode = option
  return before
end

-- A value with tables in it that the process may change although they are shared:
-- those of modules and of the library. All tables are copied, and the copy is frozen.
slow["freeze"] = function(v)
  local copies, todo, n = {}, {}, 0
  local function copy(t)
    if type(t) ~= "table" or isfrozen(t) then return t end
    local meta = getmetatable(t)
    if meta and rawget(meta, "__gc") ~= nil then return t end
    if not copies[t] then
      n = n + 1
      copies[t], todo[n] = {}, t
    end
    return copies[t]
  end
  v = copy(v)
  local done = 0
  while done < n do
    done = done + 1
    local t = todo[done]
    for k, x in next, t do rawset(copies[t], copy(k), copy(x)) end
    copy(getmetatable(t))
  end
  for i = 1, n do
    local meta = getmetatable(todo[i])
    if meta then setmetatable(copies[todo[i]], copies[meta] or meta) end
  end
  return freeze_as_is(v)
end

-- What a __gc raised.
slow["gc_error"] = function(e)
  if not settings.warnings then return end
  if type(e) ~= "string" then e = "error object is not a string" end
  write_error("Lua warning: error in __gc (" .. e .. ")\n")
end

-- The arguments are strings.
slow["warn"] = function(...)
  local message = ...
  if select("#", ...) == 1 and message:sub(1, 1) == "@" then
    if message == "@on" then
      settings.warnings = true
    elseif message == "@off" then
      settings.warnings = false
    end
  elseif settings.warnings then
    write_error("Lua warning: " .. concat({...}) .. "\n")
  end
end
