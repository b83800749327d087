-- shapes.lua - the calls that `make check-stretch` takes the time of: every
-- built-in that does more than a handful of steps, and the instructions with
-- slow halves, with small, large and nasty arguments.
--
-- A shape is { name, setup = function or nil, call = function }: `setup` runs
-- in a process of its own before the first call and what it returns goes into
-- each. `limit`: milliseconds after which a call that would go on for years is
-- ended; `fails`: it ends in an error; `growth`: what is measured is a table
-- that grows in one step.

local shapes = {}

local function shape(name, call, opts)
  opts = opts or {}
  opts.name, opts.call = name, call
  shapes[#shapes + 1] = opts
end

local K, M = 1000, 1000 * 1000
local small = ("some text, 100 bytes. "):rep(5):sub(1, 100)
local mid = ("The quick brown fox jumps over the lazy dog.\n"):rep(M // 45)
local big = ("The quick brown fox jumps over the lazy dog.\n"):rep(100 * M // 45)
local digits = ("1234567890"):rep(10 * M)
local as = ("a"):rep(100 * M)
local zeros = ("\0"):rep(100 * M)
local wide = ("\u{20AC}"):rep(33 * M)

-- Another string with the same bytes, for nothing to be told by its address.
local function twin(s) return s:sub(1, -2) .. s:sub(-1) end

local function texts(n)                 -- n different texts
  local t = {}
  for i = 1, n do t[i] = "text " .. i * 7919 % n end
  return t
end

local function numbers(n)
  local t = {}
  for i = 1, n do t[i] = i * 7919 % n end
  return t
end

local function tens_of_millions() return numbers(10 * M) end

local function emptied()                -- 10 million nodes, all empty
  local t = {}
  for i = 1, 10 * M do t[-i] = true end
  for i = 1, 10 * M - 1 do t[-i] = nil end
  return t
end

local function emptied_array()
  local t = numbers(10 * M)
  for i = 1, 10 * M do t[i] = nil end
  return t
end

-- --- string: results as large as the argument

for _, s in ipairs { { "100 bytes", small }, { "1 MB", mid }, { "100 MB", big } } do
  local size, text = s[1], s[2]
  for _, f in ipairs { "lower", "upper", "reverse", "len" } do
    local fn = string[f]
    shape("string." .. f .. ", " .. size, function() return fn(text) end)
  end
  shape("string.sub, " .. size, function() return text:sub(2, -2) end)
  shape("string.rep, " .. size .. " twice", function() return text:rep(2) end)
  shape("string.rep with separator, " .. size, function() return text:rep(2, "--") end)
  shape("string.format %s, " .. size, function() return ("<%s>"):format(text) end)
  shape("string.format %q, " .. size, function() return ("%q"):format(text) end)
  shape("string.format %200s, " .. size, function() return ("%99s|%-.99s"):format(text, text) end)
  shape("string.format of that format, " .. size, function() return (text):format() end)
  shape("string.pack s z, " .. size, function() return ("s4z"):pack(text, text) end)
  shape("string.unpack s z, " .. size,
        function(b) return ("s4z"):unpack(b) end, { setup = function() return ("s4z"):pack(text, text) end })
  shape("string.find plain miss, " .. size, function() return text:find("cat in the hat", 1, true) end)
  shape("string.find miss, " .. size, function() return text:find("d[aeiou]ggy") end)
  shape("string.find anchored .- , " .. size, function() return text:find("^.-doggy") end)
  shape("string.match (.*), " .. size, function() return text:match("(.*)") end)
  shape("string.gmatch words, " .. size, function()
    local n = 0
    for _ in text:gmatch("%a+") do n = n + 1 end
  end, { limit = 500 })
  shape("string.gsub to nothing, " .. size, function() return text:gsub("%a", "") end)
  shape("string.gsub text, " .. size, function() return text:gsub("o", "00") end)
  shape("string.gsub table, " .. size, function() return text:gsub("%a+", { fox = "wolf" }) end, { limit = 500 })
  shape("string.gsub function, " .. size, function() return text:gsub("fox", string.upper) end, { limit = 500 })
  shape("string.gsub whole, " .. size, function() return text:gsub(".*", "%0%0") end)
  shape("tostring of a string, " .. size, function() return tostring(text) end)
  shape("tonumber of no number, " .. size, function() return tonumber(text) end)
  shape("utf8.len, " .. size, function() return utf8.len(text) end)
  shape("utf8.offset to the end, " .. size, function() return utf8.offset(text, 90 * M) end)
  shape("utf8.offset from the end, " .. size, function() return utf8.offset(text, -90 * M) end)
  shape("utf8.codes, " .. size, function() for _ in utf8.codes(text) do end end, { limit = 200 })
  shape("a .. b, " .. size, function() return text .. "x" end)
  shape("a .. b .. c, " .. size, function() return text .. text .. text end)
  shape("a == b, " .. size, function(t) return text == t end, { setup = function() return twin(text) end })
  shape("a == b with differing ends, " .. size, function(t) return text == t end,
        { setup = function() return text:sub(1, -2) .. "!" end })
  shape("a < b, " .. size, function(t) return text < t end, { setup = function() return twin(text) end })
  shape("a <= b, " .. size, function(t) return text <= t end, { setup = function() return twin(text) end })
  shape("t[s] = v, " .. size, function() local t = {} t[text .. "x"] = 1 return t end)
  shape("t[s], " .. size, function(t) return t[text .. "x"] end, { setup = function() return { [twin(text)] = 1 } end })
  shape("t[s] found, " .. size, function(t) return t[twin(text)] end, { setup = function() return { [twin(text)] = 1 } end })
  shape("rawget, " .. size, function(t) return rawget(t, twin(text)) end, { setup = function() return { [twin(text)] = 1 } end })
  shape("rawset, " .. size, function(t) return rawset({}, twin(text), 1) end)
  shape("rawequal, " .. size, function(t) return rawequal(text, t) end, { setup = function() return twin(text) end })
  shape("next(t, s), " .. size, function(t) return next(t, twin(text)) end, { setup = function() return { [twin(text)] = 1 } end })
  shape("s:match in a receive, " .. size, function(t)
    self() ! { text, 1 }
    receive case { ^t, a } then end
  end, { setup = function() return twin(text) end })
  shape("send, " .. size, function() self() ! text receive case x then end end)
  shape("error with it, " .. size, function() error(text) end, { fails = true })
  shape("error in a chain, " .. size, function() error(error, text) end, { fails = true })
  shape("assert with it, " .. size, function() assert(false, text) end, { fails = true })
  shape("index by it in an error, " .. size, function() local x; return x[text] end, { fails = true })
  shape("arithmetic on it, " .. size, function() return text + 1 end, { fails = true })
  shape("traceback, " .. size, function() return debug.traceback(text) end)
  shape("load of no code, " .. size, function() return load(text) end)
  shape("load of a comment, " .. size, function() return load("--[[" .. text .. "]]") end)
  shape("load of one literal, " .. size, function() return load("return [[" .. text .. "]]") end)
  shape("load named by it, " .. size, function() return load("x = =", text) end)
  shape("freeze, " .. size, function() return freeze { text } end)
  shape("register, " .. size, function() return pcall(register, text, self()) end)
  shape("require, " .. size, function() return require(text) end, { fails = true })
  shape("os.getenv, " .. size, function() return os.getenv(text) end)
  shape("os.rename, " .. size, function() return os.rename(text, text) end)
  shape("os.date, " .. size, function() return os.date(text) end)
  shape("io.open, " .. size, function() return io.open(text) end)
  shape("string.format %p, " .. size, function() return ("%p"):format(text .. "x") end)
end

shape("string.rep, 100 MB of one byte", function() return ("x"):rep(100 * M) end)
shape("string.rep, 100 MB of \"ab\"", function() return ("ab"):rep(50 * M) end)
shape("string.rep, separator alone", function() return (""):rep(50 * M, "ab") end)
shape("string.rep, too large", function() return ("x"):rep(1 << 40) end, { fails = true })
shape("string.rep, empty", function() return (""):rep(1 << 40) end)
shape("string.byte, 900000 bytes", function() return select("#", big:byte(1, 900 * K)) end)
shape("string.byte, too many", function() return big:byte(1, 90 * M) end, { fails = true })
shape("string.char, 250 arguments", function(t) return string.char(table.unpack(t)) end,
      { setup = function() return { small:rep(3):byte(1, 250) } end })
shape("string.char, 900000 arguments", function(t) return string.char(table.unpack(t)) end,
      { setup = function() local t = {} for i = 1, 900 * K do t[i] = i % 256 end return t end })
shape("string.dump", function() return string.dump(print) end, { fails = true })

-- --- patterns that take long

shape("pattern (a*)*b: 10 nested stars", function() return as:find(("a*"):rep(10) .. "b") end, { limit = 300 })
shape("pattern (.-)*b: 10 lazy", function() return as:find((".-"):rep(10) .. "b") end, { limit = 300 })
shape("pattern a?^30 a^30", function() return ("a"):rep(30):find(("a?"):rep(30) .. ("a"):rep(30)) end, { limit = 300 })
shape("pattern a*b: quadratic", function() return as:find("a*b") end, { limit = 300 })
shape("pattern .*x: quadratic", function() return as:match(".*x") end, { limit = 300 })
shape("pattern %b()", function(s) return s:find("%b()") end, { setup = function() return ("("):rep(100 * M) end, limit = 300 })
shape("pattern %f[b]", function() return as:find("%f[b]") end)
shape("pattern %1: back reference", function() return as:find("(a*)%1b") end, { limit = 300 })
shape("pattern: 100 MB of pattern", function() return as:find(as .. ".") end, { limit = 500 })
shape("pattern: 100 MB set", function(s) return ("x"):find(s) end, { setup = function() return "[" .. as .. "]" end })
shape("pattern: unclosed 100 MB set", function(s) return ("x"):find(s) end, { setup = function() return "[" .. as end, fails = true })
shape("pattern: 1 MB of %s", function(s) return big:find(s) end, { setup = function() return ("%s"):rep(M // 2) end })
shape("pattern: set against 100 MB", function(s) return as:find(s) end, { setup = function() return "[" .. ("bc"):rep(1000) .. "]" end, limit = 300 })
shape("pattern: 10 KB set, set range", function(s) return as:match("^" .. s .. "*$") end, { setup = function() return "[" .. ("b-cd-e"):rep(2000) .. "]" end, limit = 300 })
shape("pattern: 31 captures", function() return mid:find(("(.)"):rep(31)) end)
shape("pattern: 32 large captures", function() return as:find("^" .. ("("):rep(10) .. ".*" .. (")"):rep(10)) end)
shape("pattern: position captures", function() return as:gsub("()", "") end, { limit = 300 })
shape("find plain: long needle", function() return as:find(as:sub(1, 50 * M) .. "b", 1, true) end)
shape("find plain: long needle found", function() return as:find(as:sub(1, 50 * M), 1000, true) end)
shape("find plain: a^1000 b", function() return as:find(("a"):rep(1000) .. "b", 1, true) end)
shape("find plain: one byte", function() return as:find("b", 1, true) end)
shape("gsub: empty pattern", function() return mid:gsub("", "-") end)
shape("gsub: replacement of 1 MB", function() return ("x"):rep(50):gsub("x", mid) end)
shape("gsub: %0 of 100 MB", function() return as:gsub("^.*$", "%0") end)
shape("gsub: %1 often", function() return mid:gsub("(%a+)", "<%1%1%1>") end)
shape("gsub: table with 100 MB keys", function(t) return big:gsub(".*", t) end, { setup = function() return { [twin(big)] = "x" } end })
shape("gsub: replacement of 10 MB of %1", function(r) return ("x"):gsub("(x)", r) end, { setup = function() return ("%1"):rep(5 * M) end })
shape("gmatch: all of 100 MB", function() for _ in as:gmatch(".*") do end end)

-- --- format, pack

shape("format: 10 MB of %%", function(f) return f:format() end, { setup = function() return ("%%"):rep(5 * M) end })
shape("format: 100000 arguments", function(x) return x[1]:format(table.unpack(x[2])) end,
      { setup = function() return { ("%d %5.2f "):rep(50 * K), numbers(100 * K) } end })
shape("format: %99.99f", function() return ("%99.99f"):format(1e308) end)
shape("format: 1000 %.99f", function(x) return x[1]:format(table.unpack(x[2])) end,
      { setup = function() local t = {} for i = 1, 1000 do t[i] = 1e308 / i end return { ("%.99f "):rep(1000), t } end })
shape("format: 10000 %a", function(x) return x[1]:format(table.unpack(x[2])) end,
      { setup = function() local t = {} for i = 1, 10000 do t[i] = 1e308 / i end return { ("%a "):rep(10000), t } end })
shape("format: %q of zeros, 100 MB", function() return ("%q"):format(zeros) end)
shape("format: 10000 %p", function(x) return x[1]:format(table.unpack(x[2])) end,
      { setup = function() local t = {} for i = 1, 10000 do t[i] = {} end return { ("%p "):rep(10000), t } end })
shape("format: 10000 %s of tables", function(x) return x[1]:format(table.unpack(x[2])) end,
      { setup = function() local t = {} for i = 1, 10000 do t[i] = {} end return { ("%s "):rep(10000), t } end })
shape("pack: 100 MB c", function() return ("c100000000"):pack("x") end)
shape("pack: 1 MB of x", function(f) return f:pack() end, { setup = function() return ("x"):rep(M) end })
shape("pack: 100000 integers", function(x) return x[1]:pack(table.unpack(x[2])) end,
      { setup = function() return { ("i4"):rep(100 * K), numbers(100 * K) } end })
shape("pack: 10 MB of spaces", function(f) return f:pack() end, { setup = function() return (" "):rep(10 * M) end })
shape("pack: 10 MB of digits", function(f) return f:pack() end, { setup = function() return "i" .. digits end, fails = true })
shape("packsize: 10 MB of b", function(f) return f:packsize() end, { setup = function() return ("b"):rep(10 * M) end })
shape("packsize: 10 MB of spaces", function(f) return f:packsize() end, { setup = function() return (" "):rep(10 * M) end })
shape("unpack: 100 MB c", function() return ("c100000000"):unpack(as) end)
shape("unpack: 500000 bytes", function(f) return f:unpack(as) end, { setup = function() return ("b"):rep(500 * K) end })
shape("unpack: z without end", function() return ("z"):unpack(as) end, { fails = true })
shape("unpack: 10 MB of <", function(f) return f:unpack(as) end, { setup = function() return ("<"):rep(10 * M) end })

-- --- numbers

shape("tonumber, 100 MB of digits", function() return tonumber(digits) end)
shape("tonumber, 100 MB of hex digits", function() return tonumber("0x" .. digits) end)
shape("tonumber, 100 MB of zeros", function(s) return tonumber(s) end, { setup = function() return ("0"):rep(100 * M) .. "1" end })
shape("tonumber, 100 MB of spaces", function(s) return tonumber(s) end, { setup = function() return (" "):rep(100 * M) end })
shape("tonumber, 100 MB behind the dot", function(s) return tonumber(s) end, { setup = function() return "0." .. ("0"):rep(100 * M) .. "1" end })
shape("tonumber, 1 MB of digits", function(s) return tonumber(s) end, { setup = function() return digits:sub(1, M) end })
shape("tonumber, 20 KB of digits", function(s) return tonumber(s) end, { setup = function() return digits:sub(1, 20 * K) end })
shape("tonumber, 1000 digits", function(s) return tonumber(s) end, { setup = function() return digits:sub(1, 1000) .. "e-500" end })
shape("tonumber base 36, 100 MB", function() return tonumber(digits, 36) end)
shape("tonumber base 2, spaces", function(s) return tonumber(s, 2) end, { setup = function() return (" "):rep(100 * M) end })
shape("digits + 1, 100 MB", function() return digits + 1 end, { fails = true })
shape("-digits, 100 MB", function() return -digits end, { fails = true })
shape("digits | 1, 100 MB", function() return digits | 1 end, { fails = true })
shape("for limit of 100 MB", function() for _ = 1, digits do end end, { fails = true })
shape("string argument as number, 100 MB", function() return ("x"):rep(digits) end, { fails = true })
shape("math.floor of text", function() return math.floor(digits) end, { fails = true })
shape("math.tointeger of text", function() return math.tointeger(digits) end)
shape("math.max, 900000 arguments", function(t) return math.max(table.unpack(t)) end, { setup = function() return numbers(900 * K) end })
shape("math.max, 900000 texts", function(t) return pcall(math.max, table.unpack(t)) end,
      { setup = function() return texts(300 * K) end, growth = true })
shape("tostring of floats", function() for i = 1, 100 do local _ = tostring(1e308 / i) end end)
shape("math.fmod", function() return math.fmod(1e308, 3e-308) end)
shape("1e308 % 3e-308", function(x) return x % 3e-308 end, { setup = function() return 1e308 end })

-- --- utf8

shape("utf8.len, 33 million", function() return utf8.len(wide) end)
shape("utf8.offset, 30 million", function() return utf8.offset(wide, 30 * M) end)
shape("utf8.offset, -30 million", function() return utf8.offset(wide, -30 * M) end)
shape("utf8.offset 0, only continuation", function(s) return utf8.offset(s, 0, 100 * M) end, { setup = function() return ("\x80"):rep(100 * M) end })
shape("utf8.offset 1, only continuation", function(s) return utf8.offset(s, 2, 1) end, { setup = function() return "a" .. ("\x80"):rep(100 * M) end })
shape("utf8.codepoint, 300000", function() return select("#", utf8.codepoint(wide, 1, 900 * K)) end)
shape("utf8.codepoint, too many", function() return utf8.codepoint(wide, 1, 90 * M) end, { fails = true })
shape("utf8.char, 300000", function(t) return utf8.char(table.unpack(t)) end, { setup = function() local t = {} for i = 1, 300 * K do t[i] = 0x20AC end return t end })
shape("utf8.codes, only continuation", function(s) for _ in utf8.codes(s, true) do end end, { setup = function() return "a" .. ("\x80"):rep(100 * M) end, fails = true })

-- --- tables

shape("#t, 10 million", function(t) return #t end, { setup = tens_of_millions })
shape("#t, emptied", function(t) return #t end, { setup = emptied_array })
shape("next, array of 10 million emptied", function(t) return next(t) end, { setup = emptied_array })
shape("next, 10 million nodes emptied", function(t) return next(t) end, { setup = emptied })
shape("pairs, 10 million nodes emptied", function(t) for _ in pairs(t) do end end, { setup = emptied })
shape("pairs, array of 10 million emptied", function(t) for _ in pairs(t) do end end, { setup = emptied_array })
shape("pairs, 10 million", function(t) for _ in pairs(t) do end end, { setup = tens_of_millions, limit = 300 })
shape("ipairs, 10 million", function(t) for _ in ipairs(t) do end end, { setup = tens_of_millions, limit = 300 })
shape("table.insert at 1, 10 million", function(t) table.insert(t, 1, 0) end, { setup = tens_of_millions, growth = true })
shape("table.insert at the end, 10 million", function(t) table.insert(t, 0) end, { setup = tens_of_millions, growth = true })
shape("table.remove at 1, 10 million", function(t) return table.remove(t, 1) end, { setup = tens_of_millions })
shape("table.insert into nodes", function(t) table.insert(t, 1, 0) end,
      { setup = function() local t = {} for i = 300 * K, 1, -1 do t[i] = i end return t end, growth = true })
shape("table.move, 10 million", function(t) return table.move(t, 1, 9 * M, 2) end, { setup = tens_of_millions })
shape("table.move to another", function(t) return table.move(t, 1, M, 1, {}) end, { setup = tens_of_millions, growth = true })
shape("table.move of nothing", function() return table.move({}, 1, 1 << 40, 2) end, { limit = 300 })
shape("table.concat, 10 million", function(t) return table.concat(t, ",") end, { setup = tens_of_millions })
shape("table.concat, 1 MB texts", function(t) return table.concat(t, mid) end, { setup = function() local t = {} for i = 1, 50 do t[i] = mid end return t end })
shape("table.concat, 100 MB separators", function() return #table.concat({ "", "" , "" }, as) end)
shape("table.concat, floats", function(t) return table.concat(t) end, { setup = function() local t = {} for i = 1, 100 * K do t[i] = i / 7 end return t end })
shape("table.unpack, 900000", function(t) return select("#", table.unpack(t)) end, { setup = function() return numbers(900 * K) end })
shape("table.unpack, 10 million", function(t) return table.unpack(t) end, { setup = tens_of_millions, fails = true })
shape("table.unpack, nothing", function() return select("#", table.unpack({}, 1, 900 * K)) end)
shape("table.pack, 900000", function(t) return table.pack(table.unpack(t)) end, { setup = function() return numbers(900 * K) end, growth = true })
shape("{...}, 900000", function(t) return { table.unpack(t) } end, { setup = function() return numbers(900 * K) end, growth = true })
shape("table.sort, 1 million numbers", function(t) table.sort(t) end, { setup = function() return numbers(M) end, growth = true })
shape("table.sort, sorted", function(t) table.sort(t) end, { setup = function() local t = {} for i = 1, M do t[i] = i end return t end, growth = true })
shape("table.sort, 300000 texts", function(t) table.sort(t) end, { setup = function() return texts(300 * K) end, growth = true })
shape("table.sort, 20 texts of 100 MB", function(t) table.sort(t) end,
      { setup = function() local a, b, t = twin(as), twin(as), {} for i = 1, 20 do t[i] = i % 2 == 0 and a or b end return t end })
shape("table.sort, comparator", function(t) table.sort(t, function(a, b) return a > b end) end,
      { setup = function() return numbers(100 * K) end, growth = true })
shape("table.sort, inconsistent", function(t) pcall(table.sort, t, function() return true end) end, { setup = function() return numbers(100 * K) end })
shape("select #, 900000", function(t) return select("#", table.unpack(t)) end, { setup = function() return numbers(900 * K) end })
shape("select -1, 900000", function(t) return (select(-1, table.unpack(t))) end, { setup = function() return numbers(900 * K) end })
shape("select 2, 900000", function(t) return select("#", select(2, table.unpack(t))) end, { setup = function() return numbers(900 * K) end })
shape("varargs, 300000", function(t)
  local function f(...) return ... end
  return select("#", f(table.unpack(t)))
end, { setup = function() return numbers(300 * K) end })
shape("assert, 300000", function(t) return select("#", assert(table.unpack(t))) end, { setup = function() return numbers(300 * K) end })
shape("pcall, 300000", function(t) return select("#", pcall(assert, table.unpack(t))) end, { setup = function() return numbers(300 * K) end })
shape("coroutine.wrap, 150000", function(t)
  local f = coroutine.wrap(function(...) coroutine.yield(...) return ... end)
  f(table.unpack(t, 1, 150 * K))
  return select("#", f())
end, { setup = function() return numbers(300 * K) end })
shape("spawn, 100000 arguments", function(t) spawn(function() end, table.unpack(t, 1, 100 * K)) end, { setup = function() return numbers(300 * K) end })
shape("send, 1 million", function(t) self() ! t receive case x then end end, { setup = function() return numbers(M) end })
shape("send, list of 300000", function(t) self() ! t receive case x then end end,
      { setup = function() local t for i = 1, 300 * K do t = { i, t } end return t end })
shape("freeze, 1 million", function(t) return freeze(t) end, { setup = function() return numbers(M) end })
shape("freeze, list of 300000", function(t) return freeze(t) end,
      { setup = function() local t for i = 1, 300 * K do t = { i, t } end return t end })
shape("spawn with a table of 1 million", function(t) spawn(function() return t end) end, { setup = function() return numbers(M) end })
shape("t[#t + 1], 10 million", function() local t = {} for i = 1, 10 * M do t[i] = i end end, { growth = true })
shape("t[-i], 3 million", function() local t = {} for i = 1, 3 * M do t[-i] = i end end, { growth = true })
shape("setmetatable, huge metatable", function(t) return setmetatable({}, t) end, { setup = function() local t = numbers(M) t.__index = t return t end })
shape("receive ... among 100000 messages", function()
  for i = 1, 100 * K do self() ! { "noise", i } end
  self() ! { "signal" }
  receive case { "signal" } then end
  for _ = 1, 100 * K do receive case { "noise", _ } then end end
end)
shape("processes, 3000 of them", function(t) return processes() end,
      { setup = function() for _ = 1, 3000 do spawn_link(function() receive case "never" then end end) end end })
shape("collectgarbage", function(t) collectgarbage() end, { setup = function() return numbers(M) end })
shape("debug.traceback, 100000 deep", function()
  local function f(n) if n == 0 then return #debug.traceback() end return (f(n - 1)) end
  return f(100 * K)
end)
shape("debug.getinfo, 100000 deep", function()
  local function f(n) if n == 0 then return debug.getinfo(99 * K, "l") end return (f(n - 1)) end
  return f(100 * K)
end)
shape("error, 100000 deep", function()
  local function f(n) if n == 0 then error("x") end return (f(n - 1)) end
  return pcall(f, 100 * K)
end)
shape("error with a level, 100000 deep", function()
  local function f(n) if n == 0 then error("x", 99 * K) end return (f(n - 1)) end
  return pcall(f, 100 * K)
end)
shape("stack overflow", function() local function f() return (f()) end return pcall(f) end)
shape("chain of 1900 __index", function(t) return t.x end, { setup = function()
  local t = {}
  for _ = 1, 1900 do t = setmetatable({}, { __index = t }) end
  return t
end })

-- --- files

shape("io.write and read, 100 MB", function()
  local f = assert(io.tmpfile())
  f:write(big)
  f:seek("set")
  local s = f:read("a")
  f:close()
  assert(#s == #big)
end)
shape("file:lines, 1 MB", function(f) f:seek("set") for _ in f:lines() do end end,
      { setup = function() local f = io.tmpfile() f:write(mid) return f end })
shape("file:read l, 100 MB", function(f) f:seek("set") return f:read("l") end,
      { setup = function() local f = io.tmpfile() f:write(as) return f end })
shape("file:read n, 1 MB of digits", function(f) f:seek("set") return f:read("n") end,
      { setup = function() local f = io.tmpfile() f:write(digits:sub(1, M)) return f end })
shape("file:read 50 MB", function(f) f:seek("set") return f:read(50 * M) end,
      { setup = function() local f = io.tmpfile() f:write(as) return f end })
shape("file:write, 1000 texts", function(x) x[1]:seek("set") x[1]:write(table.unpack(x[2])) end,
      { setup = function() return { io.tmpfile(), texts(1000) } end })
shape("print, 10 MB", function(s) local out = io.stderr return s end, { setup = function() return as:sub(1, 10 * M) end })

-- --- code

local function source(n, line)
  local t = {}
  for i = 1, n do t[i] = line:gsub("#", i) end
  return table.concat(t)
end
for _, s in ipairs { { "1 KB", K }, { "10 KB", 10 * K }, { "1 MB", M } } do
  local size, bytes = s[1], s[2]
  shape("load of functions, " .. size, function(code) return assert(load(code)) end,
        { setup = function() return source(bytes // 50, "function f#(a, b) return a + b * # end\n") end })
  shape("load of a table, " .. size, function(code) return assert(load(code)) end,
        { setup = function() return "return {" .. source(bytes // 25, "{ x = #, 'text #' },\n") .. "}" end })
  shape("load of a long sum, " .. size, function(code) return load(code) end,
        { setup = function() return "return 1" .. ("+x"):rep(bytes // 2) end })
  shape("load of nesting, " .. size, function(code) return load(code) end,
        { setup = function() return ("("):rep(bytes) end })
  shape("load of errors, " .. size, function(code) return load(code) end,
        { setup = function() return ("x = = 1\n"):rep(bytes // 8) end })
  shape("load of locals, " .. size, function(code) return load(code) end,
        { setup = function() return source(bytes // 20, "local x# = #\n") end })
  shape("load of gotos, " .. size, function(code) return load(code) end,
        { setup = function() return source(bytes // 20, "goto l# ::l#::\n") end })
end
shape("load of functions, 10 MB", function(code) return assert(load(code)) end,
      { setup = function() return source(200 * K, "function f#(a, b) return a + b * # end\n") end })
shape("load in pieces, 10 MB", function()
  local n = 0
  return load(function() n = n + 1 return n <= 10 * K and ("x = 1 -- "):rep(100) .. "\n" or nil end)
end)

return shapes
