-- The child gets copies of the locals its function captures, as they are at
-- the moment of spawn; after that each side has its own.
local me = self()
local count, list = 1, {"a"}
local function bump() count = count + 1; return count end

local p = spawn(function()
  receive case "go" then end
  bump(); bump()
  list[#list + 1] = "child"
  me ! {count, #list}
end)
count = 100
list[2] = "parent"; list[3] = "parent"
p ! "go"
receive case {c, n} then print(c, n) end              --> 3	2
print(count, #list)                --> 100	3

-- Two captured functions that share a variable share it in the child too.
local function get() return count end
spawn(function() bump(); me ! {get(), count} end)
receive case {a, b} then print(a, b) end              --> 101	101
print(get())                       --> 100

-- A recursive local function, and one that captures another.
local function fact(n) return n < 2 and 1 or n * fact(n - 1) end
local function twice(n) return 2 * fact(n) end
spawn(function() me ! twice(5) end)
print(receive())                   --> 240

-- Spawning from a child, with what the child captured.
spawn(function()
  count = count + 1
  spawn(function() count = count + 1; me ! count end)
  me ! "child " .. count
end)
local a, b = receive(), receive()
if type(a) == "number" then a, b = b, a end
print(a, b)                        --> child 101	102
