-- A reader and a writer of JSON.
-- quick: 2
-- allocates
local N = tonumber(arg and arg[1]) or 300
local find, sub, byte = string.find, string.sub, string.byte
local value

local function skip(s, i) return find(s, "[^ \n\r\t]", i) or #s + 1 end

local escapes = { n = "\n", t = "\t", r = "\r", b = "\b", f = "\f" }
local function text(s, i)
  local j = find(s, '["\\]', i)
  if sub(s, j, j) == '"' then return sub(s, i, j - 1), j + 1 end
  local out = {}
  while true do
    out[#out + 1] = sub(s, i, j - 1)
    if sub(s, j, j) == '"' then return table.concat(out), j + 1 end
    local c = sub(s, j + 1, j + 1)
    out[#out + 1] = escapes[c] or c
    i = j + 2
    j = find(s, '["\\]', i)
  end
end

local function list(s, i)
  local t, n = {}, 0
  i = skip(s, i)
  if byte(s, i) == 93 then return t, i + 1 end
  while true do
    n = n + 1
    t[n], i = value(s, i)
    i = skip(s, i)
    if byte(s, i) == 93 then return t, i + 1 end
    i = skip(s, i + 1)
  end
end

local function object(s, i)
  local t = {}
  i = skip(s, i)
  if byte(s, i) == 125 then return t, i + 1 end
  while true do
    local k
    k, i = text(s, i + 1)
    i = skip(s, i)
    t[k], i = value(s, skip(s, i + 1))
    i = skip(s, i)
    if byte(s, i) == 125 then return t, i + 1 end
    i = skip(s, i + 1)
  end
end

function value(s, i)
  local c = byte(s, i)
  if c == 123 then return object(s, i + 1) end
  if c == 91 then return list(s, i + 1) end
  if c == 34 then return text(s, i + 1) end
  if c == 116 then return true, i + 4 end
  if c == 102 then return false, i + 5 end
  local _, j = find(s, "^-?%d+%.?%d*[eE]?[+-]?%d*", i)
  return tonumber(sub(s, i, j)), j + 1
end

local function quote(s)
  return '"' .. s:gsub('[%c"\\]', function(c)
    return c == "\n" and "\\n" or c == '"' and '\\"' or "\\" .. c
  end) .. '"'
end

local function write(v, out)
  local t = type(v)
  if t == "string" then
    out[#out + 1] = quote(v)
  elseif t == "table" and #v > 0 then
    out[#out + 1] = "["
    for i, e in ipairs(v) do
      if i > 1 then out[#out + 1] = "," end
      write(e, out)
    end
    out[#out + 1] = "]"
  elseif t == "table" then
    out[#out + 1] = "{"
    local keys = {}
    for k in pairs(v) do keys[#keys + 1] = k end
    table.sort(keys)
    for i, k in ipairs(keys) do
      out[#out + 1] = (i > 1 and "," or "") .. quote(k) .. ":"
      write(v[k], out)
    end
    out[#out + 1] = "}"
  else
    out[#out + 1] = t == "number" and string.format("%.14g", v) or tostring(v)
  end
end

local all = {}
for i = 1, 100 do
  all[i] = { id = i, name = "user " .. i, tags = { "a", "b\n", 'c"' }, score = i / 8,
             on = i % 2 == 0, nested = { list = { 1, 2, 3, { deep = "yes" } } } }
end
local out = {}
write(all, out)
local first = table.concat(out)
local total = 0
for _ = 1, N do
  local again = {}
  write((value(first, 1)), again)
  local s = table.concat(again)
  assert(s == first)
  total = total + #s
end
print(string.format("%d", total))
