-- lua: same
-- next, pairs and ipairs.

local t = {"a", "b", "c"}
for i, v in ipairs(t) do io.write(i, v, " ") end
print(".")                        --> 1a 2b 3c .
for k, v in pairs(t) do io.write(k, v, " ") end
print(".")                        --> 1a 2b 3c .
for k, v in next, t do io.write(k, v, " ") end
print(".")                        --> 1a 2b 3c .
print(next(t, 1), next(t, 3))     --> 2	nil
local keys = {}
for k in pairs({x = 1, y = 2, z = 3, 10, 20}) do keys[#keys + 1] = tostring(k) end
table.sort(keys)
print(table.concat(keys, " "))    --> 1 2 x y z
-- Assigning to existing fields while walking.
local h = {a = 1, b = 2, c = 3}
for k, v in pairs(h) do h[k] = v * 10 end
print(h.a, h.b, h.c)              --> 10	20	30
for k in pairs(h) do h[k] = nil end
print(next(h))                    --> nil
local n = 0
for _ in pairs({nil, nil, 3, nil, 5}) do n = n + 1 end
print(n)                          --> 2
print(ipairs({}) ~= nil, select("#", ipairs({})), select("#", pairs({})))  --> true	3	3
print(type(next), rawequal(next, (pairs({}))))  --> function	true
-- Nested walks over the same table.
n = 0
for _ in pairs(t) do for _ in pairs(t) do n = n + 1 end end
print(n)                          --> 9
-- A stateless iterator written by hand.
local function rev(t, i) i = i - 1; if i > 0 then return i, t[i] end end
for i, v in rev, t, #t + 1 do io.write(i, v, " ") end
print(".")                        --> 3c 2b 1a .

-- what ipairs meets on its way: a hole, elements that come and go, __index, a library table
local grows = { 1, 2, nil, 4 }
for i in ipairs(grows) do io.write(i, " ") end
for i, v in ipairs(grows) do if i < 5 then grows[i + 1] = v + 1 end io.write(i, "=", v, " ") end
for i, v in ipairs(grows) do grows[i + 1] = nil io.write(i, ":", v, " ") end
print()                                 --> 1 2 1=1 2=2 3=3 4=4 5=5 1:1 
local proxy = setmetatable({ 1, 2 }, { __index = function(_, k) if k < 5 then return -k end end })
for i, v, none in ipairs(proxy) do io.write(i, v, tostring(none), " ") end
for i, v in ipairs(string) do io.write("never", i, v) end
print()                                 --> 11nil 22nil 3-3nil 4-4nil 
local step, of, from = ipairs({ "a", "b", "c" })
print(step(of, from))                   --> 1	a
for i, v in step, of, 1 do io.write(i, v, " ") end
for i, v in step, of, -1 do io.write(i, tostring(v), " ") end
print(step(of, 3))                      --> 2b 3c nil
