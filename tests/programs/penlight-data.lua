-- needs: lua-penlight
-- Penlight's containers, classes and functions over tables.
local List, Set, OrderedMap, MultiMap, Map = require("pl.List"), require("pl.Set"), require("pl.OrderedMap"), require("pl.MultiMap"), require("pl.Map")
local class, tablex, seq, func = require("pl.class"), require("pl.tablex"), require("pl.seq"), require("pl.func")
local array2d, permute, types, operator = require("pl.array2d"), require("pl.permute"), require("pl.types"), require("pl.operator")
local pretty, comprehension = require("pl.pretty"), require("pl.comprehension").new()

-- Lists.
local l = List { 10, 20, 30 }
print(l, #l, l:append(40):extend { 50 }:reverse(), l:slice(2, 4), l:index(20), l:contains(99))
print(l:filter(function(x) return x > 20 end), l:map("+", 1), l:reduce("+"), l:sorted(), l:minmax())
print(List.range(1, 5) .. List { "x" }, List.split("a b  c"), List(("word"):gmatch(".")), l:pop(), l:partition(function(x) return x > 20 end)["true"])
for a in l:iter() do io.write(a, " ") end
print(List { 1, 2 } == List { 1, 2 }, l:clone():clear())

-- Sets and maps.
local a, b = Set { 1, 2, 3 }, Set { 3, 4 }
print(#a, (a * b)[3], #(a + b), #(a - b), #(a ^ b), a < a + b, Set.isdisjoint(a, Set { 9 }))
local om = OrderedMap {}
om:set("z", 1):set("a", 2):set("m", 3)
om.later = 4
om:insert(1, "first", 0)
for k, v in om:iter() do io.write(k, "=", tostring(v), " ") end
print(om:keys(), om)
om:set("a", nil)
print(om:keys())
local mm = MultiMap()
mm:set("k", 1)
mm:set("k", 2)
print(#mm.k, Map { x = 1 } == Map { x = 1 }, Map { x = 1 }:keys())

-- Classes.
local Animal = class()
Animal._name = "Animal"
function Animal:_init(name) self.name = name end
function Animal:__tostring() return self.name .. ": " .. self:speak() end
local Dog = class(Animal)
function Dog:speak() return "bark" end
class.Cat(Animal)
function Cat:_init(name, lives) self:super(name) self.lives = lives end
function Cat:speak() return "meow " .. self.lives end
Cat._class_tag = "cat"
local felix = Cat("Felix", 9)
print(Dog("Rex"), felix, felix:is_a(Animal), felix:is_a(Dog), Animal:class_of(felix))
local P = class { _init = function(self) self.v = 1 end, _base = nil }
local Props = class(class.properties)
function Props:_init() self._size = 5 end
function Props:get_size() return self._size * 2 end
function Props:set_size(n) self._size = n end
local p = Props()
p.size = 21
print(p.size, P().v)

-- Functions over tables.
print(pretty.write(tablex.map(function(x) return x * x end, { 1, 2, 3 }), ""), tablex.deepcompare({ 1, { x = { 2 } } }, { 1, { x = { 2 } } }))
print(tablex.reduce("*", { 1, 2, 3, 4 }), tablex.find({ "a", "b" }, "b"), tablex.size { a = 1, 2 }, tablex.count_map({ 1, 1, 2 })[1])
local cyclic = { 1 }
cyclic.self = cyclic
local copy = tablex.deepcopy(cyclic)
print(copy ~= cyclic, copy.self == copy, tablex.deepcompare({}, {}), pretty.write(tablex.zip({ 1, 2 }, { 3, 4 }), ""))
for k, v in tablex.sort { c = 1, a = 3, b = 2 } do io.write(k, v, " ") end
for k, v in tablex.sortv { c = 1, a = 3, b = 2 } do io.write(k, v, " ") end
print(pretty.write(tablex.makeset { "x" }, ""), tablex.compare({ 1, 2 }, { 1, 2 }, "=="), pretty.write(tablex.sub({ 1, 2, 3, 4 }, 2, -2), ""))
print(pcall(tablex.readonly, { 1 }), pcall(function() tablex.readonly({}).x = 1 end) == false)

-- Placeholders, comprehensions, sequences, permutations.
local _1, _2 = func._1, func._2
print(func.repr(_1 + _2 * 2), func.I(_1 + _2)(1, 2), pretty.write(tablex.imap(_1 * 10, { 1, 2 }), ""), func.compose(operator.unm, math.abs)(-3))
print(pretty.write(comprehension("x*x for x=1,5 if x % 2 == 1")(), ""), comprehension("sum(x for x)") { 1, 2, 3 }, pretty.write(comprehension("table(k, v*2 for k,v in pairs(_1))") { a = 1 }, ""))
print(seq(List { 3, 1, 2 }):sort():map("+", 1):copy(), seq.sum(seq.range(1, 10)), pretty.write(seq.copy(seq.take(seq.list { 9, 8, 7 }, 2)), ""))
for x, y in seq.zip({ 1, 2 }, { "a", "b" }) do io.write(x, y, " ") end
for perm in permute.order_iter and permute.order_iter { 1, 2, 3 } or permute.iter { 1, 2, 3 } do io.write(table.concat(perm), " ") end
print(#permute.table { 1, 2, 3, 4 })
local grid = array2d.new(3, 2, function(i, j) return i * 10 + j end)
print(pretty.write(array2d.column(grid, 2), ""), pretty.write(array2d.transpose and array2d.transpose(grid) or {}, ""), array2d.reduce2("+", "*", grid))
print(types.type(l), types.is_callable(print), types.is_integer(3.0), types.to_bool("yes"), types.is_empty("  ", true), types.is_indexable("x"))
