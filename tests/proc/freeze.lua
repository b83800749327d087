-- A frozen value is shared by reference and cannot be changed.
local f = freeze({1, {2, x = "y"}, n = {k = true}})
print(isfrozen(f), isfrozen({}), isfrozen("text"))     --> true	false	true
print(f[2].x, f.n.k, #f)                               --> y	true	2
local ok, why = pcall(function() f.z = 1 end)
print(ok, why:match("frozen"))                         --> false	frozen
local me = self()
local p = spawn(function()
  receive case {"take", t} then me ! {t[2][1], isfrozen(t), t.n} end
end)
p ! {"take", f}
receive case {n, frozen, part} then print(n, frozen, part == f.n) end   --> 2	true	true
print(pcall(freeze, coroutine.create(print)))          --> false	cannot freeze a coroutine
f = nil
collectgarbage()

-- So can tables of the library; the copy is frozen, the library is not.
local s = freeze({ lib = { math = math }, again = math })
print(isfrozen(s.lib.math), rawequal(s.lib.math, s.again), isfrozen(math), s.again.pi == math.pi)  --> true	true	false	true
print(pcall(function() s.again.pi = 3 end) == false)   --> true
math.mine = { 1 }
print(freeze(math).mine[1], isfrozen(freeze({math}).mine))     --> 1	true
local class = { __index = { f = string.upper } }
local object = freeze(setmetatable({ lib = string }, class))
print(object.f("x"), isfrozen(getmetatable(object)), object.lib.lower("Y"))    --> X	true	y
