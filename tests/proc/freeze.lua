-- freeze gives a deep copy that cannot be changed and is shared by all.
local original = {name = "table", list = {1, 2, {3}}}
original.self = original
local f = freeze(original)
print(isfrozen(f), isfrozen(original), isfrozen(f.list), f ~= original)    --> true	false	true	true
print(f.name, f.list[3][1], f.self == f, #f.list)      --> table	3	true	3
original.name = "changed"
print(f.name)                                          --> table
print((pcall(function() f.name = 1 end)))              --> false
print((pcall(function() f.list[1] = 1 end)))           --> false
print((pcall(function() f.new = 1 end)))               --> false
print((pcall(rawset, f, "x", 1)))                      --> false
print((pcall(setmetatable, f, {})))                    --> false
print((pcall(table.insert, f.list, 4)))                --> false
print(f.name, f.new, #f.list)                          --> table	nil	3

-- It crosses by reference, and lives as long as somebody has it.
local me = self()
local p = spawn(function()
  receive case {"hold", t} then
    receive case "now" then me ! {t.list[3][1], rawequal(t, t.self), isfrozen(t)} end
  end
end)
p ! {"hold", f}
f = nil
collectgarbage()
p ! "now"
receive case {a, b, c} then print(a, b, c) end         --> 3	true	true
me ! freeze({1})
print(rawequal(freeze(5), 5), isfrozen("text"), isfrozen({}))  --> true	true	false

-- Metatables are frozen too; what cannot be frozen is an error.
receive()
local mt = {__index = function(_, k) return k .. "!" end}
local g = freeze(setmetatable({}, mt))
print(g.hello, isfrozen(getmetatable(g)))              --> hello!	true
print((pcall(freeze, {coroutine.create(print)})))      --> false
local n = 0
print((pcall(freeze, {function() n = n + 1 end})))     --> false
