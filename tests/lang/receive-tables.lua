-- Table patterns: positions are exact, names are open.

local me = self()
local function shape(m)
  me ! m
  receive
    case {} then return "empty"
    case {kind = "point", x = x, y = y} then return "point " .. x .. "," .. y
    case {1, {2, {3, deep}}} then return "deep " .. tostring(deep)
    case {"one"} then return "one"
    case {"two", a} then return "two " .. a
    case {"mixed", a, key = b} then return "mixed " .. a .. b
    case {[1] = "first only"} then return "by index"
    case {["two words"] = v} then return "words " .. v
    case {[true] = v} then return "true key " .. v
    case {[-1] = v} then return "minus key " .. v
    case {[2.5] = v} then return "half key " .. v
    case {list = {first}} then return "list of one " .. first
    case _: table then return "another table"
    case _ then return "no table"
  end
end
print(shape({}))                                  --> empty
print(shape({kind = "point", x = 1, y = 2}))      --> point 1,2
print(shape({kind = "point", x = 1, y = 2, z = 3, "extra"}))  --> point 1,2
print(shape({kind = "point", x = 1}))             --> another table
print(shape({1, {2, {3, "down"}}}))               --> deep down
print(shape({1, {2, {3, "down", "more"}}}))       --> another table
print(shape({"one"}))                             --> one
print(shape({"one", 2}))                          --> another table
print(shape({"one", name = "extra keys are fine"}))   --> one
print(shape({"two", 2}), shape({"two"}))          --> two 2	another table
print(shape({"mixed", 1, key = 2}))               --> mixed 12
print(shape({"mixed", 1}))                        --> another table
print(shape({"first only", 2, 3}))                --> by index
print(shape({["two words"] = 1}))                 --> words 1
print(shape({[true] = 2}))                        --> true key 2
print(shape({[-1] = 3}))                          --> minus key 3
print(shape({[2.5] = 4}))                         --> half key 4
print(shape({list = {9}}), shape({list = {8, 9}}))    --> list of one 9	another table
print(shape("one"), shape(1), shape(true))        --> no table	no table	no table

-- {} is empty only without any key; {...} is any table.
me ! {x = 1}
receive
  case {} then print("empty")
  case {...} then print("any table")              --> any table
end

-- A named position is allowed beside positional ones.
me ! {"a", "b", "c"}
receive
  case {"a", "b"} then print("two")
  case {"a", "b", [3] = c} then print("third", c) --> third	c
end

-- Separators.
me ! {1, 2, n = 3}
receive case {a; b, n = c;} then print(a, b, c) end   --> 1	2	3

-- Matching looks at the raw table: a metatable changes nothing.
local mt = {__index = function() return "never" end}
me ! setmetatable({"meta"}, mt)
receive
  case {"meta", x} then print("called __index", x)
  case {"meta", field = f} then print("called __index", f)
  case {"meta"} then print("raw")                 --> raw
end
