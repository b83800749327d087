-- program.lua - random programs for batch.lua, from seeds.
--
--     lua5.4 program.lua FIRST COUNT
--
-- writes programs FIRST, FIRST + 1, ... as batch.lua reads them. They end by
-- construction: loops count, functions call only functions written before them,
-- and a function whose calls cost much is not called in loops. Expressions
-- are in grammar.lua, and writer.lua puts them together.
--
-- A variable has a kind for its whole life ("int", "num", "str", ...; "any" is any
-- value), so that most operations succeed.

package.path = arg[0]:gsub("[^/]*$", "") .. "?.lua"
local grammar, w = require "grammar", require "writer"

local rnd, concat = math.random, table.concat
local MOST_COST = 300

local pick, one_in, add, put, name, declare, variable, key =
  w.pick, w.one_in, w.add, w.put, w.name, w.declare, w.variable, w.key
local expr, closed, value, sure, inside, body, nest, func =
  w.expr, w.closed, w.value, w.sure, w.inside, w.body, w.nest, w.func
local block

local kinds = { "int", "int", "num", "str", "str", "any", "any", "bool", "ints", "strs", "list", "obj" }
local shown = { "int", "int", "num", "num", "str", "str", "any", "any", "any", "bool", "multi", "list",
  "ints", "any" }

local function leaves(n)
  local t = {}
  for i = 1, n do t[i] = expr(pick(shown), 0, "_") end
  return concat(t, ", ")
end

local function values(n)
  local t = {}
  for i = 1, n do t[i] = value(pick(shown)) end
  return concat(t, ", ")
end

-- statements

local s = {}

function s.out() add("out(%s)", values(rnd(2))) end

function s.wild() put("try(function(...) return " .. value "wild" .. " end, " .. value "multi" .. ")") end

function s.wild_named()
  local v = variable "any"
  put("try(function() " .. (v and pick { v.name .. ".x.y = 1", v.name .. " = " .. v.name .. " + {}", v.name
    .. "[" .. v.name .. "][1] = 2", "local q = " .. v.name .. " q.x()", v.name .. ":m()" } or "g9.x = 1")
    .. " end)")
end

s.out_again = s.out

function s.declare()
  local kind = pick(kinds)
  local text = sure(kind)
  local var = name("v")
  local fixed = one_in(8)
  put("local " .. var .. (fixed and " <const>" or "") .. " = " .. text)
  declare(var, kind, fixed)
end

s.declare_again = s.declare

function s.declare_many()
  local a, b, c = name("v"), name("v"), name("v")
  put("local " .. a .. ", " .. b .. ", " .. c .. " = " .. value("any") .. ", " .. value("multi"))
  declare(a, "any"); declare(b, "any"); declare(c, "any")
end

function s.global()
  local var = "g" .. rnd(3)
  put(var .. " = cut(" .. value("any") .. ")")
  declare(var, "any")
end

function s.assign()
  local kind = pick(kinds)
  local v = variable(kind, true)
  if not v then return s.declare() end
  local text = sure(kind)
  if kind == "str" or kind == "any" or kind == "obj" then text = "cut(" .. text .. ")" end
  put(v.name .. " = " .. text)
end

s.assign_again = s.assign

function s.assign_many()
  local kind = pick { "int", "any", "str" }
  local a, b = variable(kind, true), variable(kind, true)
  if not a then return s.declare() end
  put(a.name .. ", " .. b.name .. " = " .. pick { b.name .. ", " .. a.name,
    ("cut(%s), cut(%s)"):format(sure(kind), sure(kind)) })
end

function s.assign_field()
  local v = variable "any"
  if not v then return s.out() end
  put(v.name .. pick { ".x", "[1]", ".y.z", "[" .. key(value "any") .. "]", ".name" } .. " = cut("
    .. value("any") .. ")")
end

function s.assign_mixed()
  put("do local i, t = 1, {}; i, t[i], t[i + 1] = i + 1, " .. value("any") .. ", " .. value("any")
    .. " out(i, t[1], t[2]) end")
end

function s.append()
  local v = variable "ints"
  if not v then return s.declare() end
  put(v.name .. "[#" .. v.name .. " + 1] = " .. sure "lit")
end

function s.table_calls()
  local v = variable "ints"
  if not v then return s.declare() end
  local t = v.name
  put(pick {
    "table.insert(" .. t .. ", " .. sure "int" .. ")",
    "table.insert(" .. t .. ", " .. value "small" .. ", " .. sure "int" .. ")",
    "out(table.remove(" .. t .. "))",
    "out(table.remove(" .. t .. ", " .. value "small" .. "))",
    "table.move(" .. t .. ", 1, #" .. t .. ", " .. value "small" .. ", {})",
    "out(table.move(" .. t .. ", 2, #" .. t .. " + 1, 1))",
    "out(table.move({7, 8, 9}, 1, " .. value "small" .. ", #" .. t .. " + 1, {}))",
    "out(table.unpack(" .. t .. "))",
    "out(table.concat(" .. t .. ", " .. value "str" .. "))",
    "out(select('#', table.unpack(" .. t .. ", " .. value "small" .. ", " .. value "small" .. ")))",
  })
end

function s.sort()
  local kind, t = pick { "int", "str" }, {}
  for i = 1, rnd(12) do t[i] = pick(grammar[kind].leaves).parts[1] end
  put("do local t = {" .. concat(t, ", ") .. "}")
  put(" table.sort(t" .. pick { "", ", function(x, y) return x < y end", ", function(x, y) return y < x end",
    ", nil", ", function(x, y) return tostring(x) < tostring(y) end" } .. ")")
  put(" out(table.unpack(t)) end")
end

function s.branch()
  put("if " .. value(pick { "bool", "bool", "any" }) .. " then")
  inside({}, body())
  if one_in(3) then
    put("elseif " .. value("bool") .. " then")
    inside({}, body())
  end
  if one_in(2) then
    put("else")
    inside({}, body())
  end
  put("end")
end

local function leave()
  if one_in(2) then put("if " .. value("bool") .. " then " .. pick { "break", "goto " .. w.scope.loop }
    .. " end") end
end

-- a body that may leave or continue its loop
local function loop_body(before)
  return function()
    if before then before() end
    w.scope.loop = name("l")
    put("do")
    inside({}, function()
      block(rnd(2))
      leave()
      block(rnd(2))
    end)
    put("end")
    put("::" .. w.scope.loop .. "::")
  end
end

local function count_loop(opening, kind)
  local i = name("i")
  put("do local n = 0")
  nest((opening:gsub("%$i", i)), "end end", {}, loop_body(function()
    declare(i, kind)
    put("n = n + 1 if n > 4 then break end")
  end), 4)
end

function s.for_small()
  count_loop(("for $i = %d, %d, %d do"):format(rnd(-3, 3), rnd(-3, 3), pick { 1, 1, 2, -1, 3 }), "int")
end

local edges = { "math.maxinteger", "math.maxinteger - 2", "math.mininteger", "math.mininteger + 1", "0", "1",
  "-1", "3", "10", "1e308", "math.huge", "-math.huge", "0.5", "3.7", "-2.5", "2^53", "1e15", "0/0", "2^63",
  "-2^63" }
local steps = { "1", "-1", "2", "-3", "math.maxinteger", "math.mininteger", "0.5", "-0.25", "1e308", "0",
  "0.0", "1.0", "2^53", "math.huge", "'1'" }

function s.for_edges()
  local from, to, step = pick(edges), pick(edges), ", " .. pick(steps)
  if one_in(3) then step = "" end
  if one_in(8) then from = value("any") end
  -- down from an integer to NaN, lua5.4 counts without end
  local down = step:find("-", 1, true) or step:find("min", 1, true)
  if down and to == "0/0" then to = "0" end
  if not down and one_in(8) then to = value("any") end
  count_loop("for $i = " .. from .. ", " .. to .. step .. " do out($i)", "num")
end

-- (before 5.4.5, utf8.codes takes a continuation byte as a character)
function s.for_each()
  local a, b = name("i"), name("x")
  local k = rnd(7)
  local list = ({
    "ipairs(" .. value "ints" .. ")", "ipairs(" .. value "list" .. ")", "utf8.codes((" .. value "str" .. "):gsub('[\\x80-\\xff]+', '\\u{20AC}'), nil)",
      "(" .. value "str" .. "):gmatch(" .. value "pattern" .. ")",
    "pairs(" .. value "strs" .. ")", "string.gmatch(" .. value "str" .. ", " .. value "pattern" .. ", "
      .. value "small" .. ")", value "any",
  })[k]
  if k == 5 then list = "ipairs({" .. value "str" .. ", " .. value "any" .. "})" end
  put("do local n = 0")
  nest("for " .. a .. ", " .. b .. " in " .. list .. " do", "end end", {}, loop_body(function()
    declare(a, "any"); declare(b, "any")
    put("n = n + 1 if n > 5 then break end")
  end), 5)
end

function s.for_closing()
  local a = name("x")
  nest("for " .. a .. " in " .. pick { "function(s, c) if c < 3 then return c + 1 end end, nil, 0",
    "coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)", "next, {}",
    "function(s, c) return c < 4 and s[c + 1] and c + 1 or nil end, " .. value "ints" .. ", 0" }
    .. pick { "", ", nil" } .. " do", "end", {}, function()
    declare(a, "any")
    block(rnd(2))
  end, 3)
  put("for x in function(_, c) if c < 2 then return c + 1 end end, nil, 0, setmetatable({}, {__close = function(_, e) out('closed', e) end}) do out(x) "
    .. pick { "", "break ", "if " .. value "bool" .. " then goto " .. "done" .. w.serial .. " end ",
    "local y = " .. value "any" .. " + 1 " } .. "end ::done" .. w.serial .. "::")
end

function s.while_loop()
  local i = name("n")
  put("do local " .. i .. " = 0")
  local kind = pick { "while", "repeat" }
  local condition = value("bool")
  nest(kind == "while" and "while " .. i .. " < 4 and (" .. condition .. ") do " .. i .. " = " .. i
    .. " + 1" or "repeat " .. i .. " = " .. i .. " + 1",
    kind == "while" and "end end" or "until " .. i .. " > 3 or (" .. condition .. ") end", {}, loop_body(), 4)
end

function s.goto_back()
  local i, l = name("n"), name("l")
  put("do local " .. i .. " = 0 ::" .. l .. "::")
  nest("do", "end", {}, function()
    put(i .. " = " .. i .. " + 1")
    block(rnd(3))
    put("if " .. i .. " < 3 then goto " .. l .. " end")
  end, 3)
  put("end")
end

local function closing(var)
  return pick { "setmetatable({}, {__close = function(_, e) out('close " .. var .. "', e) end})",
    "setmetatable({}, {__close = function(_, e) out('close " .. var .. "', e) error('again " .. var
    .. "', 0) end})", "nil", "false",
    "setmetatable({}, {__close = function(_, e) error(e) end})",
      "setmetatable({}, {__close = function(...) out(select('#', ...)) "
      .. (w.scope.yields and "coroutine.yield('closing') " or "") .. "end})", value "any" }
end

function s.close()
  local var = name("c")
  nest("do local " .. var .. " <close> = " .. closing(var), "end", {}, function()
    block(rnd(3))
    if w.scope.loop and one_in(4) then put("goto " .. w.scope.loop) end
  end)
end

function s.try()
  local p = name("p")
  w.cost = w.cost + w.times * func("try(function(" .. pick { p, p .. ", ..." } .. ")", "end, " .. leaves(rnd(2))
    .. ")", { vararg = false }, function()
    declare(p, "any")
    block(rnd(4))
    if one_in(2) then put("do return " .. value(pick { "multi", "any", "int" }) .. " end") end
    if one_in(3) then put("error(" .. pick { "{code = 1}", "'text'", "'text', 0", "'text', 2", "'text', 3",
      "nil", "7", "2.5", "true", "new(1)", value "any" } .. ")") end
  end)
end

s.try_again, s.try_more = s.try, s.try

s.wild_again, s.wild_more = s.wild, s.wild

function s.xpcall()
  w.cost = w.cost + w.times * func("out(xpcall(function(...)", "end, "
    .. pick { "function(m) out('handler', m) return m end", "function(m) return {m} end", "type",
    "function(m) error(m) end", "function(m) return select('#', m), m end" }
    .. ", " .. values(rnd(2)) .. "))", { vararg = true })
end

function s.func()
  local f, a, b = name("f"), name("a"), name("b")
  local own = func(pick { "local function %s(%s, %s)", "local function %s(%s, %s, ...)",
    "local %s = function(%s, %s, ...)" }:format(f, a, b), "end", { vararg = false }, function()
    w.scope.vararg = w.lines[#w.lines]:find("...", 1, true) ~= nil
    declare(a, "any"); declare(b, "any")
    block(rnd(3))
    put(pick { "do return " .. value "multi" .. " end", "return " .. values(2), "return " .. a, "" })
  end)
  local v = declare(f, "func", true)
  v.cost = own + 1
  s.call()
end

function s.call()
  local f = variable "func"
  if not f or f.cost * w.times > MOST_COST then return s.out() end
  w.cost = w.cost + f.cost * w.times
  put(pick { "out(%s(%s))", "out((%s(%s)))", "try(%s, %s)", "%s(%s)", "out({%s(%s)})" }:format(f.name,
    value(pick { "multi", "any" })))
end

function s.tail_call()
  put("out((function(...) local function r(n, ...) if n == 0 then return ... end return r(n - 1, n, ...) end return r("
    .. rnd(5) .. ", ...) end)(" .. values(1) .. "))")
end

function s.closures()
  local fs, x = name("fs"), name("u")
  put("local " .. fs .. " = {}")
  put(pick { "for " .. x .. " = 1, 3 do", "for _, " .. x .. " in ipairs({4, 5, 6}) do",
    "for i = 1, 3 do local " .. x .. " = i" })
  inside({}, function()
    declare(x, "int")
    put("local y = " .. sure "int")
    declare("y", "int")
    put(fs .. "[#" .. fs .. " + 1] = function(d) " .. x .. " = " .. x .. " + 1 y = y " .. pick { "+", "-",
      "~", "*" } .. " " .. x .. " return " .. x .. ", y, d end")
    put(fs .. "[#" .. fs .. " + 1] = function() y = " .. closed(sure, "int") .. " return y end")
    if one_in(2) then put(x .. " = " .. x .. " * 2") end
    if one_in(4) then put("if " .. value "bool" .. " then break end") end
  end)
  put("end")
  put("for i = 1, #" .. fs .. " do out(pcall(" .. fs .. "[i], i)) end")
  put("for i = #" .. fs .. ", 1, -1 do out(pcall(" .. fs .. "[i], i)) end")
end

function s.upvalues()
  local v = variable(pick { "int", "any", "str" }, true)
  if not v then return s.declare() end
  put("out((function() local w = " .. v.name .. " " .. v.name .. " = cut(" .. closed(sure, v.kind)
    .. ") return (function() return w, " .. v.name .. " end)() end)())")
end

local events = { "add", "sub", "mul", "div", "mod", "pow", "unm", "idiv", "band", "bor", "bxor", "shl", "shr",
  "bnot", "concat", "len", "eq", "lt", "index", "newindex", "call" }

-- Handlers are pure: they do not use what could have a handler.
local function handlers(n)
  local t = {}
  for _ = 1, n do
    local e = pick(events)
    local outer = w.scope
    w.scope = setmetatable({ pure = true, vararg = true }, { __index = w.scope })
    if e == "newindex" then
      t[#t + 1] = "__newindex = function(t, k, v) out('set', k) rawset(t, k, v) end"
    elseif e == "index" and one_in(2) then
      t[#t + 1] = "__index = {name = " .. sure "str"
        .. ", method = function(self, ...) return select('#', ...) end}"
    else
      t[#t + 1] = "__" .. e .. " = " .. pick { "function(x, y, ...) return " .. pick { sure "int", sure "str",
        "type(x) .. type(y)", "y", "nil", "select('#', ...)", "true", "x and y, 2" } .. " end",
        "function(...) out('" .. e .. "', select('#', ...)) return ... end" }
    end
    w.scope = outer
  end
  -- Debian's lua5.4 has LUA_COMPAT_LT_LE: without __le, it asks __lt
  t[#t + 1] = "__le = function(x) return type(x) == 'table' end"
  if one_in(20) then t[#t + 1] = "__index = " .. pick { "7", "'s'", "type", "rawlen" } end
  if one_in(20) then t[#t + 1] = "__" .. pick(events) .. " = " .. pick { "7", "{}", "false" } end
  return concat(t, ", ")
end

function s.object()
  local o = name("o")
  add("local %s = setmetatable({x = %s}, {%s})", o, value "plain", handlers(rnd(6)))
  declare(o, pick { "obj", "any" })
end

function s.new()
  local x = name("m")
  put("local " .. x .. " = {" .. handlers(rnd(8)) .. "}")
  nest(pick { "local function new(value)", "new = function(value)" }, "end", { vararg = false, loop = false },
    function() put("return setmetatable({value = value}, " .. x .. ")") end)
end

function s.class()
  local c, d, o = name("C"), name("D"), name("o")
  put("local " .. c .. " = {kind = " .. value "plain" .. "} " .. c .. ".__index = " .. c)
  put("function " .. c .. ".make(x) return setmetatable({x = x}, " .. c .. ") end")
  func("function " .. c .. ":method(a, ...)", "end", { vararg = true, pure = true }, function()
    declare("a", "any")
    put("out(self.x, ...) return " .. pick { "self", "a", "self.kind", sure "int" })
  end)
  put("local " .. d .. " = setmetatable({extra = " .. value "plain" .. "}, {__index = " .. c .. "}) " .. d
    .. ".__index = " .. d)
  put("local " .. o .. " = setmetatable({x = " .. value "plain" .. "}, " .. pick { c, d } .. ")")
  put("try(function(...) out(" .. o .. ".kind, " .. o .. ".extra, " .. o .. ":method(" .. value "any" .. "), "
    .. o .. pick { ":missing()", ".missing.x", ".kind", "['method'](1, 2)", ":method(1):method(2)" }
    .. ") end)")
  declare(o, "any")
end

-- coroutines

local function yielding()
  return function()
    declare("a", "any")
    for _ = 1, rnd(3) do
      local k = rnd(7)
      if k == 1 then put("try(function(...) out(coroutine.yield(" .. value "multi" .. ")) local z = "
        .. value "any" .. " + 1 end)")
      elseif k == 2 then put("for i = 1, 2 do a = coroutine.yield(i, a) end")
      elseif k == 3 then put("do local kept <close> = " .. closing("co") .. " coroutine.yield(" .. value "any"
        .. ") end")
      elseif k == 4 then put("out(setmetatable({}, {__" .. pick { "add", "concat", "index", "call", "lt",
        "eq", "len", "unm" } .. " = function(x, y) return (coroutine.yield(type(y))) end}) " .. pick { "+ 1",
        ".. 'x'", ".name", "< {}" } .. ")")
      elseif k == 5 then put("out(coroutine.isyieldable(), select(2, coroutine.running()))")
      else put("local b = coroutine.yield(" .. value "any" .. ", a) out(b)") end
      if one_in(3) then block(1) end
    end
    put(pick { "return " .. value "multi", "error(" .. value "any" .. ")", "error({1})", "" })
  end
end

function s.coroutine()
  local co = name("co")
  local own = func("local " .. co .. " = coroutine.create(function(a, ...)", "end)", { vararg = true,
    yields = true }, yielding())
  w.cost = w.cost + w.times * own
  put("for i = 1, 4 do out(coroutine.resume(" .. co .. ", i, " .. value "any" .. ")) out(coroutine.status("
    .. co .. ")) end")
  put(pick { "out(coroutine.close(" .. co .. "))", "try(coroutine.close, " .. co .. ")",
    "out(coroutine.status(" .. co .. "))", "out(coroutine.resume(" .. co .. "))" })
  put("out(coroutine.status(" .. co .. "))")
end

function s.wrap()
  local f = name("w")
  local own = func("local " .. f .. " = coroutine.wrap(function(a, ...)", "end)", { vararg = true,
    yields = true }, yielding())
  w.cost = w.cost + w.times * own
  put("for i = 1, 3 do try(" .. f .. ", i) end")
end

function s.coroutine_calls()
  put("out(" .. pick { "pcall(coroutine.resume, " .. value "any" .. ")", "pcall(coroutine.wrap, "
    .. value "any" .. ")", "coroutine.isyieldable()", "pcall(coroutine.status, " .. value "any" .. ")",
    "coroutine.resume(coroutine.create(function() local x = " .. closed(value, "any") .. " return x.y end))",
      "pcall(coroutine.close, coroutine.running())",
    "coroutine.resume(coroutine.wrap and coroutine.create(type))", "pcall(coroutine.wrap(function() error("
      .. closed(value, "any") .. ") end))", "pcall(coroutine.wrap(type))",
      "coroutine.close(coroutine.create(type))" } .. ")")
end

-- environments

function s.load()
  local text = pick { "return x, y, ...", "x = y return x", "local a <const> = x return a + 1",
    "return function() return x end", "y.z = x", "return x()", "error(x)", "return (x .. y)",
    "return undefined.z" }
  put("do local f = load('" .. text .. "', " .. pick { "'=c'", "'@c.lua'", "'c = 1'", "'=c'" } .. ", "
    .. pick { "'t'", "'bt'", "nil" } .. ", {x = " .. value "any" .. ", y = " .. value "any"
    .. ", error = error}) try(f, " .. value "any" .. ") end")
end

function s.load_pieces()
  put("do local t, i = {'ret', 'urn ', '1, ', " .. pick { "'...'", "'2'", "''", "'x'" }
    .. "}, 0 local f, m = load(function() i = i + 1 return t[i] end, '=pieces') if f then out(f("
    .. value "any" .. ")) end end")
end

function s.env()
  nest("do local _ENV = {out = out, collect = collect, try = try, cut = cut, type = type, pcall = pcall, tostring = tostring, math = math, string = string, table = table, select = select, coroutine = coroutine, new = new, error = error, ipairs = ipairs, utf8 = utf8, "
   
      .. "setmetatable = setmetatable, tonumber = tonumber, load = load, assert = assert, rawequal = rawequal, rawlen = rawlen, rawget = rawget, rawset = rawset, next = next, getmetatable = getmetatable, xpcall = xpcall, g1 = "
      .. value "any" .. "}", "end", {}, function()
    declare("g1", "any", false); declare("g2", "any", false)
    block(rnd(3))
    put("out(g1, g2)")
  end)
end

function s.env_parameter()
  put("out(pcall(function(_ENV) " .. pick { "x = y return x", "return x + y", "y.z = 1", "return _ENV.x, x" }
    .. " end, {x = " .. value "any" .. ", y = " .. value "any" .. "}))")
end

function s.shadow()
  local v = variable "any"
  if not v then return s.out() end
  put("do local " .. v.name .. " = " .. v.name .. ", " .. value "any" .. " out(" .. v.name .. ") end")
end

function s.collect()
  if not one_in(25) then return s.out() end
  put(";(function() setmetatable({}, {__gc = function(o) out('gc', type(o)) end}) end)() collect()")
end

-- a statement costs one; few nest deeply
local simple, all = { "out", "wild", "declare", "assign", "out", "assign_many", "call", "assign_field",
  "append", "table_calls", "upvalues" }, {}
for k in pairs(s) do all[#all + 1] = k end
table.sort(all)

function block(n)
  for _ = 1, n do
    w.cost = w.cost + w.times
    if #w.lines > 70 or w.times > 60 or (w.indent > 5 and one_in(2)) then s[pick(simple)]() else s[pick(all)]() end
  end
end

w.block = block

-- An error ends a part of the program only.
local function part()
  w.cost = w.cost + func("try(function(...)", "end, " .. leaves(1) .. ")", { vararg = true }, body(rnd(2, 6)))
end

local function program(seed)
  math.randomseed(seed, 0)
  w.lines, w.indent, w.serial, w.cost, w.times = {}, 0, 0, 0, 1
  w.scope = { vars = {}, vararg = true, loop = false, yields = false, pure = true }
  put("local new")
  for i, kind in ipairs { "int", "num", "str", "any", "ints" } do
    local var = ("abcdt"):sub(i, i)
    put("local " .. var .. " = " .. expr(kind, 0, "_"))
    declare(var, kind)
  end
  w.scope.pure = false
  s.new()
  for _ = 1, rnd(2, 6) do part() end
  return concat(w.lines, "\n") .. "\n"
end

for seed = tonumber(arg[1]), tonumber(arg[1]) + tonumber(arg[2]) - 1 do
  local text = program(seed)
  io.write("@", seed, " ", #text, "\n", text, "\n")
end
