-- needs: lua-inspect
-- Tables as text: keys in order, cycles, metatables, what process changes.
package.path = package.path .. ";/usr/share/lua/5.3/?.lua;/usr/share/lua/5.3/?/init.lua;/usr/share/lua/5.2/?.lua;/usr/share/lua/5.2/?/init.lua"
local inspect = require("inspect")
print(inspect(nil), inspect(1.5), inspect("a\n\t\0\"quoted\" 'both' \127"), inspect(true))
print(inspect({ 1, 2, { 3, {} }, name = "x", ["not a name"] = 1, [true] = 2, [1.5] = 3, [-1] = 4 }))
local t = { a = 1 }
t.itself = t
t.list = { t, t.list }
print(inspect(t))
print(inspect(setmetatable({ 1 }, { __index = { deep = true } })))
print(inspect({ a = { b = { c = { d = 1 } } } }, { depth = 2 }))
print(inspect({ 1, { 2 } }, { newline = "@", indent = ">" }))
local co, f = coroutine.create(print), function() end
print(inspect({ f, co, f, io.stdout }))
print(inspect({ secret = 1, open = { secret = 2, x = 3 } }, {
  process = function(item, path)
    if path[#path] ~= "secret" then return item end
  end,
}))
print(inspect({ 3, 1, nil, 4 }), inspect({ ["end"] = 1, _ok = 2, ["2x"] = 3 }))
