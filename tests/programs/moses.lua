-- needs: lua-moses
-- Functions over tables, chains of them.
package.path = package.path .. ";/usr/share/lua/5.3/?.lua;/usr/share/lua/5.3/?/init.lua;/usr/share/lua/5.2/?.lua;/usr/share/lua/5.2/?/init.lua"
local M = require("moses")
local function show(...)
  local out = {}
  for i, v in ipairs({ ... }) do out[i] = type(v) == "table" and "{" .. table.concat(M.map(v, tostring), " ") .. "}" or tostring(v) end
  print(table.concat(out, " "))
end
local even = function(x) return x % 2 == 0 end
local list = M.range(1, 10)
show(list, M.select(list, even), M.reject(list, even), M.map(list, function(x) return x * x end))
show(M.reduce(list, function(a, b) return a + b end), M.max(list), M.min(list), M.sum and M.sum(list) or 55)
show(M.reverse(list), M.first(list, 3), M.last(list, 3), M.slice(list, 3, 5), M.initial(list, 7))
show(M.flatten({ 1, { 2, { 3, { 4 } } } }), M.unique({ 1, 1, 2, 3, 2 }), M.union({ 1, 2 }, { 2, 3 }), M.intersection({ 1, 2 }, { 2, 3 }))
show(M.sort({ 3, 1, 2 }), M.sort({ 3, 1, 2 }, function(a, b) return a > b end), M.difference({ 1, 2, 3 }, { 2 }))
show(M.isEqual({ 1, { a = 2 } }, { 1, { a = 2 } }), M.isEqual({ 1 }, { 2 }), M.include(list, 5), M.detect(list, 7))
show(M.all({ 2, 4 }, even), M.any({ 1, 3 }, even), M.count({ 1, 2, 1 }, 1), M.size(list))
local add = function(a, b) return a + b end
show(M.curry(add, 2)(1)(2), M.bind(add, 10)(5), M.compose(function(x) return x + 1 end, function(x) return x * 2 end)(5), M.flip(function(a, b) return a - b end)(1, 5))
local calls = 0
local slow = M.memoize(function(x) calls = calls + 1 return x end)
show(slow(1), slow(1), calls)
show(M(list):select(even):map(function(x) return x * 3 end):reverse():value())
show(M.sort(M.keys({ a = 1, b = 2 })), M.sort(M.values({ a = 1, b = 2 })), M.invert({ "x", "y" }).y)
for chunk in M.partition(list, 4) do show(chunk) end
for p in M.permutation({ 1, 2, 3 }) do show(p) end
local groups = M.groupBy(list, function(x) return x % 3 end)
show(groups[0], groups[1], groups[2])
show(M.zip({ 1, 2 }, { "a", "b" })[2], M.fill({ 1, 2, 3 }, 0), M.interpose({ 1, 2, 3 }, 0))
