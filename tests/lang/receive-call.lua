-- receive as a function: the next message, with a time limit, with handlers.

local me = self()
me ! "first"; me ! {2}
print(receive())                                  --> first
print(receive()[1])                               --> 2
print(receive(0))                                 --> nil	timeout
print(receive(5))                                 --> nil	timeout
me ! false
print(receive(1000))                              --> false

-- Handlers by the first element; they get the others.
me ! {"add", 1, 2}
print(receive{add = function(a, b) return a + b end})             --> 3
me ! {"skipped"}; me ! {"take", "x", "y", "z"}
print(receive({take = function(...) return select("#", ...), ... end}, 100))   --> 3	x	y	z
print(receive({none = function() return "no" end}, 5, function() return "late", 2 end))  --> late	2
print(receive({none = function() return "no" end}, 0))            --> nil	timeout
print(receive()[1])                               --> skipped

-- Two handlers, the older message first.
me ! {"b"}; me ! {"a"}
local handlers = {a = function() return "got a" end, b = function() return "got b" end}
print(receive(handlers))                          --> got b
print(receive(handlers))                          --> got a

-- A plain string is its own tag.
me ! "stop"
print(receive{stop = function() return "stopped" end})            --> stopped

-- It is a value like any other.
local f = receive
me ! "by another name"
print(f(100))                                     --> by another name
print(type(receive), pcall(receive, "x") == false)    --> function	true

-- Mixed with the statement.
me ! 1; me ! 2; me ! 3
receive case 2 then print(receive(), receive()) end   --> 1	3
