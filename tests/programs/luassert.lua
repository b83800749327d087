-- needs: lua-luassert lua-say
-- Assertions, their messages in two languages, spies, stubs, mocks, matchers.
local assert = require("luassert")
local spy, stub, mock, match = require("luassert.spy"), require("luassert.stub"), require("luassert.mock"), require("luassert.match")
local say = require("say")

local function try(f, ...)
  local ok, e = pcall(f, ...)
  if ok then return print("ok") end
  e = type(e) == "table" and (e.message or e.msg) or e
  print((tostring(e):gsub("0x%x+", "0xN"):gsub("[%w_/.]*luassert[%w_/.]*", "LUASSERT")))
end

-- Plain, negated, chained, with every kind of value.
try(function() assert.is_true(true) assert.is_not.True(false) assert.are.same({ 1, { a = 2 } }, { 1, { a = 2 } }) end)
try(function() assert.are.equal(1, 2) end)
try(function() assert.same({ 1, 2, { x = "y" } }, { 1, 2, { x = "z" } }) end)
try(function() assert.is_string(5) end)
try(function() assert.is_nil(false, "a message of one's own") end)
try(function() assert.has_error(function() error("this") end, "that") end)
try(function() assert.has.errors(function() end) end)
try(function() assert.has_no.errors(function() error({ code = 1 }) end) end)
try(function() assert.error_matches(function() error("number 42", 0) end, "number %d+") end)
try(function() assert.near(1.5, 1.7, 0.1) end)
try(function() assert.truthy(nil) end)
try(function() assert.unique({ 1, 2, 1 }) end)
try(function() assert.is_function(print) assert.is_table({}) assert.is_number(1) assert.is_boolean(true) assert.is_thread(coroutine.create(print)) end)
try(function() assert.has_property("name", { other = 1 }) end)
try(function() assert(false, "plain") end)
try(function() assert.returned_arguments(2, 1, 2) assert.matches("l+", "hello") end)

-- An assertion of one's own.
local function has_length(_, arguments) return #arguments[1] == arguments[2] end
say:set("assertion.has_length.positive", "Expected %s to have length %s")
say:set("assertion.has_length.negative", "Expected %s not to have length %s")
assert:register("assertion", "has_length", has_length, "assertion.has_length.positive", "assertion.has_length.negative")
try(function() assert.has_length("abc", 3) end)
try(function() assert.has_length("abc", 4) end)
try(function() assert.Not.has_length({ 1 }, 1) end)

-- Languages.
say:set_namespace("xx")
say:set("assertion.same.positive", "Nicht gleich: %s / %s")
say:set_fallback("en")
try(function() assert.same(1, 2) end)
try(function() assert.is_true(1) end)
say:set_namespace("en")
print(say("no.such.key"), say("assertion.has_length.positive", { "x", 3 }))

-- Spies.
local s = spy.new(function(a, b) return (a or 0) + (b or 0) end)
print(s(1, 2), s(3))
try(function() assert.spy(s).was.called() assert.spy(s).was.called(2) assert.spy(s).was.called_with(1, 2) end)
try(function() assert.spy(s).was.called(3) end)
try(function() assert.spy(s).was_not.called_with(3) end)
try(function() assert.spy(s).was.called_with(match.is_number(), match._) end)
try(function() assert.spy(s).was.returned_with(3) end)
s:clear()
try(function() assert.spy(s).was.called_at_least(1) end)

-- Stubs and mocks; what was there comes back.
local t = { f = function() return "real" end, g = function(x) return x end, n = { h = function() return "deep" end } }
local st = stub(t, "f").returns("stubbed")
st.on_call_with("special").returns("for you", 2)
print(t.f(), t.f("special"))
try(function() assert.stub(st).was.called_with("special") end)
st:revert()
print(t.f())
local m = mock(t, true)
print(t.f(), t.g(1), t.n.h())
try(function() assert.spy(m.n.h).was.called(1) end)
mock.revert(m)
print(t.f(), t.g(1), t.n.h())
local snapshot = assert:snapshot()
stub(t, "g")
print(t.g(2))
snapshot:revert()
print(t.g(2))

-- Matchers.
print(match.is_table()({}), match.is_not.table()({}), match.has_match("^a")("abc"), match.is_near(1, 0.5)(1.2))
print(match.is_all_of(match.is_number(), match.is_near(1, 1))(1.5), match.is_none_of(match.is_string())(1))
