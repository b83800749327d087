-- table.lua - the table library for tables with metamethods, and sorting.
-- The native functions come here when a table is not plain. What is read,
-- written or compared here may call anything, wait, or be interrupted.

local native = ...
local slow = native.slow
local concat, move, unpack = table.concat, table.move, table.unpack
local tointeger, mathtype, ult = math.tointeger, math.type, math.ult
local error, select, tonumber, type = error, select, tonumber, type

local MAX_UNPACK, MAX_SORT = 1000000, 2147483647

-- These three raise errors in the name of the function that called the library.
local function bad_argument(i, name, what, level)
  error("bad argument #" .. i .. " to '" .. name .. "' (" .. what .. ")", level + 1)
end

local function integer(v, i, name)
  local kind = type(v)
  local n = (kind == "number" or kind == "string") and tonumber(v)
  if not n then bad_argument(i, name, "number expected, got " .. kind, 3) end
  return tointeger(n) or
    bad_argument(i, name, "number has no integer representation", 3)
end

local function length(t)
  local n = #t
  if mathtype(n) == "integer" then return n end
  return tointeger(n) or error("object length is not an integer", 3)
end

slow["table.insert"] = function(t, ...)
  local count, last = select("#", ...), length(t) + 1
  local pos, v = ...
  if count == 1 then
    t[last] = pos
    return
  elseif count ~= 2 then
    error("wrong number of arguments to 'insert'", 2)
  end
  pos = integer(pos, 2, "insert")
  if not ult(pos - 1, last) then
    bad_argument(2, "insert", "position out of bounds", 2)
  end
  for i = last, pos + 1, -1 do t[i] = t[i - 1] end
  t[pos] = v
end

slow["table.remove"] = function(t, pos)
  local size = length(t)
  pos = pos == nil and size or integer(pos, 2, "remove")
  if pos ~= size and ult(size, pos - 1) then
    bad_argument(1, "remove", "position out of bounds", 2)
  end
  local v = t[pos]
  while pos < size do
    t[pos] = t[pos + 1]
    pos = pos + 1
  end
  t[pos] = nil
  return v
end

-- The arguments are checked.
slow["table.move"] = function(t, first, last, to, dest)
  local same = dest == nil
  if same then dest = t end
  if to > last or to <= first or not (same or t == dest) then
    for i = 0, last - first do dest[to + i] = t[first + i] end
  else
    for i = last - first, 0, -1 do dest[to + i] = t[first + i] end
  end
  return dest
end

slow["table.concat"] = function(t, sep, first, last)
  local size = length(t)
  if sep ~= nil and type(sep) ~= "string" and type(sep) ~= "number" then
    bad_argument(2, "concat", "string expected, got " .. type(sep), 2)
  end
  first = first == nil and 1 or integer(first, 3, "concat")
  last = last == nil and size or integer(last, 4, "concat")
  local parts, n = {}, 0
  for i = first, last do
    local v = t[i]
    if type(v) ~= "string" and type(v) ~= "number" then
      error("invalid value (" .. type(v) .. ") at index " .. i ..
            " in table for 'concat'", 2)
    end
    n = n + 1
    parts[n] = v
  end
  return concat(parts, sep)
end

slow["table.unpack"] = function(t, first, last)
  first = first == nil and 1 or integer(first, 2, "unpack")
  last = last == nil and length(t) or integer(last, 3, "unpack")
  if first > last then return end
  local n = last - first + 1
  if n <= 0 or n >= MAX_UNPACK then error("too many results to unpack", 2) end
  local values = {}
  for i = 1, n do values[i] = t[first + (i - 1)] end
  return unpack(values, 1, n)
end

-- Sorting: runs of RUN elements by insertion, then pairs of runs are merged
-- from one table into the other, to and fro. That takes the fewest
-- comparisons, and they are what costs: each may be a call.

local RUN = 6

local function sort_runs(a, n, less)
  for low = 1, n, RUN do
    local high = low + RUN - 1
    if high > n then high = n end
    for i = low + 1, high do
      local x, k = a[i], i
      repeat
        local y = a[k - 1]
        if not less(x, y) then break end
        a[k] = y
        k = k - 1
      until k == low
      a[k] = x
    end
  end
end

-- a[low] .. a[mid - 1] and a[mid] .. a[high - 1], in order, into b.
local function merge(a, b, low, mid, high, less)
  local i, j, x, y = low, mid, a[low], a[mid]
  if not less(y, a[mid - 1]) then     -- in order already
    move(a, low, high - 1, low, b)
    return
  end
  for k = low, high - 1 do
    if less(y, x) then
      b[k] = y
      j = j + 1
      if j == high then
        move(a, i, mid - 1, k + 1, b)
        return
      end
      y = a[j]
    else
      b[k] = x
      i = i + 1
      if i == mid then
        move(a, j, high - 1, k + 1, b)
        return
      end
      x = a[i]
    end
  end
end

-- Returns the table that holds the sorted elements in the end: a or another.
local function merge_sort(a, n, less)
  sort_runs(a, n, less)
  local width, b = RUN, move(a, 1, n, 1, {})
  while width < n do
    for low = 1, n, 2 * width do
      local mid, high = low + width, low + 2 * width
      if mid > n then
        move(a, low, n, low, b)
      else
        merge(a, b, low, mid, high > n and n + 1 or high, less)
      end
    end
    a, b, width = b, a, width * 2
  end
  return a
end

local function less_than(a, b) return a < b end

-- In place, with t complete at every moment: the comparison may raise an error.
local function sort_few(t, n, less)
  for i = 2, n do
    local x, k = t[i], i
    repeat
      local y = t[k - 1]
      if not less(x, y) then break end
      t[k] = y
      k = k - 1
      t[k] = x
    until k == 1
  end
end

-- Many are sorted in a copy: an error leaves t as it was.
slow["table.sort"] = function(t, less)
  local n = length(t)
  if n < 2 then return end
  if n >= MAX_SORT then bad_argument(1, "sort", "array too big", 2) end
  if less == nil then
    less = less_than
  elseif type(less) ~= "function" then
    bad_argument(2, "sort", "function expected, got " .. type(less), 2)
  end
  local few = n <= RUN
  local a = few and t or merge_sort(move(t, 1, n, 1, {}), n, less)
  if few then sort_few(t, n, less) end
  if n > 3 and less(a[n], a[1]) then
    error("invalid order function for sorting", 2)
  end
  if not few then move(a, 1, n, 1, t) end
end
