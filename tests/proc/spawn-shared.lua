-- What cannot change is shared with a child: helpers that are captured, those
-- that are globals, frozen tables. Such a child holds as much as an empty one.
local me = self()
local scale, suffix = 3, "-" .. ("x"):rep(5)
local function times(x) return x * scale end
local function name(x) return times(x) + #suffix end
local function both(x) return name(x) + name(x) end
config = freeze({ limit = 4, names = { "a", "b" } })
function global_helper(x) return times(x + config.limit) + #config.names end

local function held(f)
  local pid
  for _ = 1, 3 do
    pid = spawn(f)
    receive case "parked" then end
  end
  return process_info(pid).memory
end
local empty = held(function() me ! "parked" receive case "never" then end end)
local helpers = held(function()
  assert(both(1) == 18)
  me ! "parked"
  receive case "never" then end
end)
local globals = held(function()
  assert(global_helper(1) == 17)
  me ! "parked"
  receive case "never" then end
end)
-- A collection finds the frozen table, which is charged then: it happens under stress.
local most = os.getenv("MOONLET_STRESS") and 2048 or 64
print(helpers - empty <= most, globals - empty <= most)     --> true	true

-- The captured values are those of the moment of spawn, each time.
for i = 1, 5 do
  spawn(function() me ! i end)
end
local sum = 0
for _ = 1, 5 do sum = sum + receive() end
print(sum)                                              --> 15
for i = 1, 6 do
  local half = i // 2
  local function get() return half end
  config = freeze({ limit = half })
  spawn(function() me ! {get(), config.limit} end)
end
local got = {}
for _ = 1, 6 do
  receive case {a, b} then got[#got + 1] = a .. "/" .. b end
end
table.sort(got)
print(table.concat(got, " "))                           --> 0/0 1/1 1/1 2/2 2/2 3/3

-- One function is one function in the child, however it gets there.
global_helper = both
local function same(f, g)
  spawn(function(h) me ! (f == g and g == h and h == global_helper) end, f)
  return receive()
end
print(same(both, both), same(both, both), same(both, both))     --> true	true	true

-- A captured helper takes along the globals it mentions, in grandchildren too.
step = 10
local function add(x) return x + step + scale end
local function nested() return add(1) end
for _ = 1, 3 do
  spawn(function()
    spawn(function() me ! nested() end)
  end)
  print(receive())
end
--> 14
--> 14
--> 14

-- Shared or not, who assigns to a global has it to himself.
for _ = 1, 3 do
  spawn(function()
    local was = step
    step = step + 1
    me ! {was, step, add(0)}
  end)
  receive case {was, now, sum} then print(was, now, sum) end
end
--> 10	11	14
--> 10	11	14
--> 10	11	14
print(step)                                             --> 10

-- debug changes the function of one process alone.
for _ = 1, 3 do
  spawn(function()
    local n = debug.getupvalue(times, 1)
    debug.setupvalue(times, 1, 100)
    me ! {n, times(1)}
  end)
  receive case {n, t} then print(n, t) end
end
--> scale	100
--> scale	100
--> scale	100
print(times(1))                                         --> 3
