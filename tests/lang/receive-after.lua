-- after and else.

local me = self()
local t0 = now()
receive after 20 then print("waited") end         --> waited
local took = now() - t0
print(took >= 20, took < 5000)                    --> true	true

-- else does not wait; 0 and negative times neither.
receive case x then print(x) else print("nothing") end          --> nothing
receive case x then print(x) after 0 then print("zero") end     --> zero
receive case x then print(x) after -5 then print("past") end    --> past
receive else print("only else") end               --> only else

-- A message that is there comes before any timeout.
me ! "here"
receive case x then print(x) after 0 then print("timeout") end  --> here
me ! "here"
receive case x then print(x) else print("nothing") end          --> here

-- Only a message that fits counts.
me ! "other"
receive case "wanted" then print("wanted") after 5 then print("not among them") end  --> not among them
receive case x then print(x) end                  --> other

-- The time is an expression, evaluated once on entry.
local evaluated = 0
local function ms() evaluated = evaluated + 1; return 10 end
me ! "no"; me ! "no"
receive case "yes" then after ms() then print(evaluated) end    --> 1
receive case "no" then end receive case "no" then end
receive after 2.5 then print("a float") end       --> a float
local far = math.huge
me ! "in time"
receive case m then print(m) after far then print("never") end  --> in time
receive after (1 + 1) then print("in parentheses") end          --> in parentheses
receive after 5 * 2 - 9 then end

-- Anything else is an error.
print((pcall(function() receive after "10" then end end)))      --> false
print((pcall(function() receive after {} then end end)))        --> false
print((pcall(function() receive after nil then end end)))       --> false

-- Both bodies are blocks of their own.
local v = "outer"
receive after 0 then local v = "inner" end
receive else local v = "inner" end
print(v)                                          --> outer

-- sleep is the same as an empty receive with after.
t0 = now()
sleep(10)
print(now() - t0 >= 10)                           --> true
