-- lua: same
-- Whatever fails, the message calls the value what the source calls it.

local function message(code)
  local f = assert(load(code, "=code"))
  local ok, text = pcall(f)
  print(code, text)
end

-- Every operator with every kind of operand.
local kinds = {"l", "u", "g", "t.f", "t[1]", "t[300]", "t[k]", "t.f.g", "f()", "s:m()", "'text'", "2.5", "nil", "{}",
  "up.f", "c", "o", "(l or u)"}
local head = "local l, t, k, s, o = nil, {}, 'key', {m = function() end}, setmetatable({}, {__name = 'My'}) " ..
  "local u local up = {} local f = function() end local c <const> = 'cst' " ..
  "local function body() local _ = u, up "
local function inside(statement) message(head .. statement .. " end body()") end
for _, kind in ipairs(kinds) do
  for _, op in ipairs {"+", "/", "//", "&", "<<", "..", "<", ">="} do
    inside("local z = " .. kind .. " " .. op .. " 1")
    inside("local z = 1.5 " .. op .. " " .. kind)
    inside("local z = " .. kind .. " " .. op .. " t.f")
  end
  inside("local z = -" .. kind)
  inside("local z = ~" .. kind)
  inside("local z = #" .. kind)
  inside("for i = 1, " .. kind .. " do end")
  inside("for x in " .. kind .. " do end")
  inside("local z <close> = " .. kind)
  inside("t[" .. kind .. "] = 1")
  inside("local z = 'a' .. " .. kind .. " .. 'b'")
  if not kind:find("^['2n{]") then
    inside("local z = " .. kind .. ".x.y")
    inside("local z = " .. kind .. "[k].y")
    if not kind:find("^%(") then
      inside(kind .. ".x = 1")
      inside(kind .. "()")
      inside(kind .. ":method()")
      inside("return " .. kind .. "(1)")
    end
  end
end

-- Variables of all sorts.
message "local a; a = nil; local function g() return a.x end g()"
message "local a; local function g() a = 1 end a.x = 2"
message "local a; local function g() a = 1 end a()"
message "local a; local function g() a = 1 end a:m()"
message "local a; local function g() a = 1 end return a .. 'x'"
message "local function f() return f.x.y end f()"
message "local t = {} function t:f() self.g.x = 1 end t:f()"
message "for k, v in pairs {1} do k() end"
message "local a, b, c = 1, 2 c.x = 1"
message "return _ENV.nope.x"
message "return _G.nope.x"
message "local _ENV = {} return nope.x"
message "local function f(_ENV) return x.y end f {}"
message "local t = {} t['two words'].x = 1"
message "local t = {} t[-1].x = 1"

-- Metamethods that cannot be called.
for _, event in ipairs {"add", "concat", "unm", "len", "eq", "lt", "le", "index", "newindex", "call", "idiv", "shl"} do
  message("local t = setmetatable({}, {__" .. event .. " = 5}) " .. ({
    add = "return t + 1", concat = "return t .. 1", unm = "return -t", len = "return #t", eq = "return t == {}",
    lt = "return t < 1", le = "return 1 <= t", index = "return t.x", newindex = "t.x = 1", call = "t()",
    idiv = "return 1 // t", shl = "return 1 << t" })[event])
end

-- Arguments of built-in functions, by the name of the call.
message "string.rep()"
message "('x'):rep({})"
message "local s = string.rep s()"
message "local t = {s = string.rep} t.s()"
message "local t = {s = string.rep} t:s()"
message "return string.rep({})"
message "local t = setmetatable({}, {__add = string.rep}) return t + 1"
message "local t = setmetatable({}, {__index = string.rep}) return t.x"
message "for a in string.rep do end"
message "error(select(2, pcall(string.rep)), 0)"
message "error(select(2, pcall(setmetatable, 1)), 0)"
message "pcall(coroutine.wrap(string.rep)) coroutine.wrap(string.rep)()"
message "string.rep(setmetatable({}, {__name = 'My'}), 1)"
message "io.stdout.write(5)"
message "io.stdout:seek('nowhere')"
message "math.floor('1x')"
message "math.tointeger(2^53) string.format('%d', 1.5)"

-- Where a call stands.
message "local function f()\n  error('two', 2)\nend\n\nf()"
message "local function f()\n  error('one', 1)\nend\n\nf()"
message "local t = setmetatable({}, {__index = function(t, k)\n  error(k, 2)\nend})\n\nlocal z = t.key"
message "local t = setmetatable({}, {__add = function(t, k)\n  error('sum', 2)\nend})\n\nlocal z = t + 1"

-- The stack.
local function trace(...) print((debug.traceback(...):gsub("\n\t%[C%]: in %?$", ""))) end
local t = setmetatable({}, {__index = function() trace("index") end})
local function named() trace("local") end
local function outer() named() end
function globally() trace("global") end
outer()
globally()
print(t.x)
local m = {}
function m.field() trace("field") end
function m:method() trace("method") end
m.field()
m:method()
pcall(named)
table.sort({1, 2}, function(a, b) trace("sort") return a < b end)
string.gsub("x", "x", function() trace("gsub") end)
for _ in function() trace("iterator") end do end
coroutine.wrap(function() trace("coroutine") end)()
local co = coroutine.create(function() local function inner() coroutine.yield() end inner() end)
coroutine.resume(co)
trace(co, "suspended")
trace(co, "suspended", 1)
co = coroutine.create(function() local x; x.y = 1 end)
coroutine.resume(co)
trace(co, "failed")
local function deep(n) if n > 0 then deep(n - 1) else trace("deep") end end
coroutine.wrap(deep)(20)
xpcall(function() error("wrong") end, function(e) print(e) trace("handler", 2) end)
