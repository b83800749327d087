-- Sizes and positions near 2^31, 2^32, 2^53 and 2^63 do not wrap around: each
-- call answers or raises what it does in stock Lua.
-- lua: same
local sizes = {
  (1 << 31) - 1, 1 << 31, (1 << 31) + 1, (1 << 32) - 1, 1 << 32, (1 << 32) + 1,
  1 << 53, 1 << 62, math.maxinteger, -1, math.mininteger
}
local s = ("x"):rep(1000)
local function len(n) return setmetatable({}, {__len = function() return n end}) end

local function try(name, n, f, ...)
  local ok, e = pcall(f, ...)
  if type(e) == "string" then e = e:gsub("^%S+:%d+: ", ""):sub(1, 60) elseif type(e) == "table" then e = "table" end
  print(name, n, ok, e)
end

for _, n in ipairs(sizes) do
  local d = ("%d"):format(n)
  try("rep", n, string.rep, s, n)
  try("rep with separator", n, string.rep, "", n, s)
  try("rep with both", n, string.rep, s, n, s)
  try("concat", n, table.concat, {}, "x", 1, n)
  try("concat at the end", n, table.concat, {}, "x", n - 1, n)
  try("unpack", n, table.unpack, {}, 1, n)
  try("unpack around 0", n, table.unpack, {}, -n, n)
  try("unpack from the least", n, table.unpack, {}, math.mininteger, n)
  try("move one", n, table.move, {}, n, n, 1)
  try("move to", n, table.move, {1, 2, 3}, 1, 3, n)
  try("move around 0", n, function() if n < 0 or n > 1 << 62 then return table.move({}, -n, n, 1) end end)
  try("insert", n, table.insert, len(n), 1)
  try("remove", n, table.remove, len(n))
  try("sort", n, function() if n < 0 or n > 1 << 31 then return table.sort(len(n)) end end)
  try("pack integer", n, string.pack, "i" .. d, 1)
  try("pack aligned", n, string.pack, "!" .. d .. "i4", 1)
  try("packsize", n, string.packsize, "c" .. d .. "c" .. d)
  try("unpack bytes", n, string.unpack, "c" .. d, "abc")
  try("unpack text", n, string.unpack, "s8", string.pack("i8", n))
  try("unpack at", n, string.unpack, "i4", "abcdefg", n)
  try("format width", n, string.format, "%" .. d .. "d", 1)
  try("format digits", n, string.format, "%." .. d .. "f", 1)
  try("utf8.char", n, utf8.char, n)
  try("utf8.codepoint", n, utf8.codepoint, "abc", n)
  try("utf8.offset", n, utf8.offset, "abc", n)
  try("utf8.len", n, utf8.len, "abc", n)
  try("byte", n, string.byte, s, n, n)
  try("byte up to", n, string.byte, "x", 1, n)
  try("sub", n, string.sub, s, n, n)
  try("find", n, string.find, s, "x", n)
  try("gsub", n, string.gsub, "xxx", "x", "y", n)
  try("select", n, select, n, 1)
  try("create", n, function() local t = {} t[n] = 1 t[n - 1] = 2 return t[n] + t[n - 1] end)
end
