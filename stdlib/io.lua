-- io.lua - iterators over files. They are functions of the dialect because
-- each of them remembers its file; the reading itself is native.

local native = ...
local next_line = native.next_line
local open, input, kind = io.open, io.input, io.type
local next, sub, unpack = next, string.sub, table.unpack
local error, select, type, tostring = error, select, type, tostring

local methods = getmetatable(io.stdout).__index

local MOST_FORMATS = 250

local function iterator(file, close, ...)
  local n = select("#", ...)
  if n == 0 then
    return function() return next_line(file, close) end
  elseif n == 1 then
    local format = ...
    return function() return next_line(file, close, format) end
  end
  local formats = {...}
  return function()
    return next_line(file, close, unpack(formats, 1, n))
  end
end

--- file:lines(...)
--- An iterator that reads by the formats ("l" if there are none) until the
--- end of the file. The file stays open.
function methods.lines(file, ...)
  local state = kind(file)
  if state ~= "file" then
    if state then error("attempt to use a closed file", 2) end
    error("bad argument #1 to 'lines' (FILE* expected, got " .. type(file) .. ")", 2)
  end
  if select("#", ...) > MOST_FORMATS then
    error("bad argument #" .. MOST_FORMATS + 2 .. " to 'lines' (too many arguments)", 2)
  end
  return iterator(file, false, ...)
end

--- io.lines([filename, ...])
--- An iterator over the lines of a file, or over what the formats read. The
--- file is closed at its end and when the loop is left. Without a name: the
--- lines of the default input.
function io.lines(filename, ...)
  if select("#", ...) > MOST_FORMATS then
    error("bad argument #" .. MOST_FORMATS + 2 .. " to 'lines' (too many arguments)", 2)
  end
  if filename == nil then
    local file = input()
    if kind(file) ~= "file" then error("attempt to use a closed file", 2) end
    return iterator(file, false, ...)
  end
  local what = type(filename)
  if what ~= "string" and what ~= "number" then
    error("bad argument #1 to 'lines' (string expected, got " .. what .. ")", 2)
  end
  local file, message = open(filename, "r")
  if not file then
    local reason = sub(message, #tostring(filename) + 3)
    error("cannot open file '" .. filename .. "' (" .. reason .. ")", 2)
  end
  return iterator(file, true, ...), nil, nil, file
end

-- os.time of a table with metamethods: they are asked here, field by field.
local time = os.time

native.slow["os.time"] = function(t)
  local plain = {
    year = t.year, month = t.month, day = t.day,
    hour = t.hour, min = t.min, sec = t.sec, isdst = t.isdst,
  }
  local seconds = time(plain)
  for field, value in next, plain do t[field] = value end
  return seconds
end
