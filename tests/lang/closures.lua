-- lua: same
-- Closures see the variables around them, not copies of their values.

local function counter()
  local n = 0
  return function() n = n + 1; return n end, function() return n end
end
local step, look = counter()
step(); step()
print(look())                     --> 2
local step2 = counter()
print(step(), step2(), look())    --> 3	1	3

-- A variable that is never assigned again.
local greeting = "hello"
local function greet(name) return greeting .. " " .. name end
print(greet("moon"))              --> hello moon

-- A function that names itself, and two that name each other.
local function fact(n) return n <= 1 and 1 or n * fact(n - 1) end
print(fact(20))                   --> 2432902008176640000
local even, odd
function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
print(even(100), odd(7), even(7)) --> true	true	false

-- Captured through several levels, assigned in the innermost.
local total = 0
local function outer()
  local function middle()
    local function inner(k) total = total + k end
    inner(1); inner(2)
  end
  middle()
end
outer(); outer()
print(total)                      --> 6

-- Assigned after the capture, before the call.
local later
local function read() return later end
later = 42
print(read())                     --> 42

-- An argument as a captured variable.
local function add(a) return function(b) a = a + b; return a end end
local a5 = add(5)
print(a5(1), a5(1), add(5)(1))    --> 6	7	6

-- Two closures share the variable, also after the block has ended.
local get, set
do
  local x = "first"
  get = function() return x end
  set = function(v) x = v end
end
set("second")
print(get())                      --> second
