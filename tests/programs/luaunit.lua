-- needs: lua-unit
-- A suite of tests with passes, failures, errors and skips, in three formats.
local lu = require("luaunit")

TestNumbers = {}
function TestNumbers:setUp() self.n = 5 end
function TestNumbers:tearDown() self.n = nil end
function TestNumbers:testEquals() lu.assertEquals(self.n + 1, 6) end
function TestNumbers:testAlmost() lu.assertAlmostEquals(0.1 + 0.2, 0.3, 1e-9) end
function TestNumbers:testFails() lu.assertEquals(self.n, 6) end
function TestNumbers:testNan() lu.assertIsNaN(0 / 0) end
function TestNumbers:testInfinite() lu.assertIsPlusInf(1 / 0) lu.assertIsMinusZero(-0.0) end

TestTables = {}
function TestTables.testDeep() lu.assertEquals({ 1, { a = { "x" } } }, { 1, { a = { "x" } } }) end
function TestTables.testDiffers() lu.assertEquals({ 1, 2, 3 }, { 1, 2, 4 }) end
function TestTables.testLong()
  local a, b = {}, {}
  for i = 1, 20 do a[i], b[i] = i, i end
  b[13] = -13
  lu.assertEquals(a, b)
end
function TestTables.testItems() lu.assertItemsEquals({ 3, 1, 2 }, { 1, 2, 3 }) end
function TestTables.testIs() local t = {} lu.assertIs(t, t) lu.assertNotIs(t, {}) end

TestErrors = {}
function TestErrors.testError() local x = nil; return x.field end
function TestErrors.testExpected() lu.assertErrorMsgContains("oops", function() error("it said oops") end) end
function TestErrors.testEquals() lu.assertErrorMsgEquals({ 1 }, function() error({ 1 }) end) end
function TestErrors.testNot() lu.assertError(function() end) end
function TestErrors.testSkip() lu.skip("not today") end
function TestErrors.testSuccess() lu.success() end
function TestErrors.testFail() lu.fail("on purpose") end

function testAlone() lu.assertStrContains("Moon over water", "over") end
function testPattern() lu.assertStrMatches("abc123", "%a+%d+") end
function testKinds()
  lu.assertIsTable({}) lu.assertIsFunction(print) lu.assertIsString("") lu.assertIsCoroutine(coroutine.create(print))
end

-- What depends on the moment is left out of the output.
local folder = os.tmpname()
os.remove(folder)
local function mask(s)
  return (s:gsub(folder, "FOLDER"):gsub("%d+%.%d+ seconds", "N seconds"):gsub("0x%x+", "0xN"):gsub("Started on [^\n]*", "Started on D"))
end
local plain = print
print = function(...)
  local t = table.pack(...)
  for i = 1, t.n do t[i] = mask(tostring(t[i])) end
  plain(table.unpack(t, 1, t.n))
end

-- The program ends through os.exit, which may be replaced.
local exit = os.exit
os.exit = function(code) plain("os.exit", code) end

for _, format in ipairs { "tap", "text", "nil", "junit" } do
  plain(format, lu.LuaUnit.run("-o", format, "-n", folder))
end
for line in io.lines(folder .. ".xml") do
  plain((line:gsub('timestamp="[^"]*"', ""):gsub('hostname="[^"]*"', ""):gsub('time="[^"]*"', "")
    :gsub('"Lua version"[^/]*', ""):gsub("%d+%.%d+ seconds", "N seconds"):gsub('property name.*', "")))
end
os.remove(folder .. ".xml")
plain(lu.LuaUnit.run("-v", "TestNumbers", "testAlone"))
plain(lu.LuaUnit.run("-q", "-p", "Table", "-x", "Long"))
plain(lu.LuaUnit.run("-f", "-p", "Errors"))
os.exit(lu.LuaUnit.run("-o", "tap", "-p", "Numbers"))
os.exit = exit

plain(lu.prettystr({ 1, "two", { x = true } }), lu.prettystr("a\nb\"'"), lu.prettystr(12.5), lu.prettystr(nil))
plain(lu._VERSION or lu.VERSION)

-- The program ends through os.exit, which may be replaced.
local exit = os.exit
os.exit = function(code) plain("os.exit", code) end
os.exit(lu.LuaUnit.run("-o", "tap", "-p", "Test"))
os.exit = exit
