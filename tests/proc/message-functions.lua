-- Functions in messages: code is shared, captured values are copied, globals
-- are the receiver's.
local me = self()
local function worker()
  who = "worker"
  while true do
    receive
      case {"run", f: function, from, ...args} then from ! {f(table.unpack(args))}
      case "stop" then return
    end
  end
end
local w = spawn(worker)
who = "main"
local function run(f, ...)
  w ! {"run", f, me, ...}
  return table.unpack(receive())
end
print(run(function(a, b) return a + b end, 1, 2))     --> 3
print(run(function() return who end))                 --> worker

local n = 10
local function bump() n = n + 1; return n end
print(run(bump), run(bump), n)                        --> 11	11	10
local factor = 3
print(run(function(x) return x * factor end, 7))      --> 21
print(run(string.upper, "lib"), run(math.max, 1, 5))  --> LIB	5

-- A function that comes back shares nothing with the original.
local function maker()
  local k = 0
  return function() k = k + 1; return k end
end
local c = maker()
c()
me ! c
local d = receive()
print(c(), c(), d(), d())                             --> 2	3	2	3

-- Two functions over the same variable keep sharing it.
local v = 1
local get, set = function() return v end, function(x) v = x end
me ! {get, set}
local m = receive()
m[2](50)
print(m[1](), v)                                      --> 50	1
