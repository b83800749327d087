-- lua: same
-- Blocks, shadowing, globals and _ENV.

local x = 1
do local x = 2; print(x) end      --> 2
print(x)                          --> 1
local function f() return x end
local x = 3
print(f(), x)                     --> 1	3

if true then local x = 4 end
for x = 5, 5 do print(x) end      --> 5
print(x)                          --> 3

g = "global"
print(g, _G.g, _ENV.g, _G == _ENV)  --> global	global	global	true
local function setter() g = "changed" end
setter()
print(g, undefined_name)          --> changed	nil

-- _ENV as a local gives a block its own globals.
do
  local print = print
  local _ENV = {y = 9}
  y = y + 1
  z = 1
  print(y, z, g)                  --> 10	1	nil
end
print(y, z)                       --> nil	nil

local function sandbox(_ENV) return a + b end
print(sandbox({a = 1, b = 2}))    --> 3

local env = setmetatable({}, {__index = _G})
local chunk = load("n = (n or 0) + 1; return n, print ~= nil", "c", "t", env)
print(chunk())                    --> 1	true
print(chunk())                    --> 2	true
print(env.n, n)                   --> 2	nil

print(load("local _ENV = nil; x = 1") ~= nil)  --> true
print(pcall(load("local _ENV <const> = {}; return x")))  --> true	nil
