-- batch.lua - runs many small programs in one process, their output apart.
--
--     lua5.4 batch.lua FILE [spawn]
--
-- The file holds "@NAME LENGTH\n" and the text, again and again. A program prints
-- by out(), which shows values so that they can be compared: no address, tables
-- by content. Programs with an even number see the global table, which is put
-- back afterwards; the others get their own by load. With "spawn" (Moonlet only)
-- each runs in a process of its own.

local concat, format, type, mtype, next = table.concat, string.format, type, math.type, next
local raw, sort, select, pcall, tostring = rawget, table.sort, select, pcall, tostring
local getmetatable, rawequal, of_strings = getmetatable, rawequal, getmetatable("")

local MOST_LINES, MOST_TEXT, MOST_ITEMS = 400, 200, 12
local lines, n

local rank = { number = 1, string = 2, boolean = 3 }
local function before(a, b)
  local x, y = rank[type(a)] or 4, rank[type(b)] or 4
  if x ~= y then return x < y end
  if x == 3 then return a and not b end
  return a < b
end

local show

local function show_table(t, depth)
  if depth > 2 then return "{...}" end
  if rawequal(t, of_strings) then return "metatable of strings" end
  local keys, text, count = {}, {}, 0
  for k in next, t do
    count = count + 1
    if rank[type(k)] then keys[#keys + 1] = k end
  end
  sort(keys, before)
  for i = 1, #keys < MOST_ITEMS and #keys or MOST_ITEMS do
    text[i] = show(keys[i], depth + 1) .. "=" .. show(raw(t, keys[i]), depth + 1)
  end
  return count .. "{" .. concat(text, ",") .. "}" .. (getmetatable(t) ~= nil and "+" or "")
end

function show(v, depth)
  local kind = type(v)
  if kind == "number" then
    return mtype(v) == "integer" and format("%d", v) or v ~= v and "nan" or format("%.17gf", v)
  elseif kind == "string" then
    if #v > MOST_TEXT then return format("%d%q", #v, v:sub(1, MOST_TEXT)) end
    return format("%q", v)
  elseif kind == "table" then
    return show_table(v, depth or 0)
  end
  return rank[kind] and tostring(v) or kind
end

local function out(...)
  local t = { ... }
  for i = 1, select("#", ...) do t[i] = show(t[i]) end
  n = n + 1
  if n <= MOST_LINES then lines[n] = concat(t, " ") end
end

local function try(f, ...) out(pcall(f, ...)) end

-- What a loop adds to may not grow without end.
local function cut(v)
  return type(v) == "string" and #v > 60 and v:sub(1, 60) or v
end

local function collect() collectgarbage() end        -- its answer is no promise

local given = { out = out, try = try, cut = cut, collect = collect }
for _, name in ipairs { "assert", "error", "getmetatable", "ipairs", "load", "next", "pairs", "pcall", "rawequal",
  "rawget", "rawlen", "rawset", "select", "setmetatable", "tonumber", "tostring", "type", "xpcall",
  "coroutine", "math", "string", "table", "utf8" } do
  given[name] = _G[name]
end

local kept = {}
for name, v in next, given do _G[name] = v end
for name, v in next, _G do kept[name] = v end

local function restore()
  for name, v in next, _G do
    if kept[name] == nil then _G[name] = nil end
  end
  for name, v in next, kept do _G[name] = v end
end

local function own()
  local t = {}
  for name, v in next, given do t[name] = v end
  t._G = t
  return t
end

local function run(number, text)
  lines, n = {}, 0
  local f
  if number % 2 == 0 then
    f = load(text, "=p", "t")
  else
    f = load(text, "=p", "t", own())
  end
  if not f then return "does not compile" end
  out("end", pcall(f))
  restore()
  return concat(lines, "\n", 1, n < MOST_LINES and n or MOST_LINES)
end

-- A message from the process, or word of its end: it tells its output last.
local function run_apart(number, text)
  local child = spawn(function(parent) send(parent, run(number, text)) end, self())
  monitor(child)
  local said = receive()
  if type(said) ~= "string" then return "the process ended early" end
  receive()
  return said
end

local file = assert(io.open(arg[1], "rb"))
local go = arg[2] == "spawn" and run_apart or run
for head in file:lines() do
  local number, length = head:match("^@(%d+) (%d+)$")
  local text = file:read(tonumber(length))
  file:read("l")
  io.write("@", number, "\n", go(tonumber(number), text), "\n")
  io.flush()
end
