-- A bare name takes the value; it is a fresh local of its clause.

local me = self()
me ! 5
receive case x then print(x) end                  --> 5

me ! {1, "two", true, false, 2.5}
receive
  case {a, b, c, d, e} then print(a, b, c, d, e)  --> 1	two	true	false	2.5
end

-- The name needs a value: nil does not match.
me ! {"pair", 1}
receive
  case {"pair", a, b} then print("two", a, b)
  case {"pair", a} then print("one", a)           --> one	1
end

-- `_` takes nothing, as often as one likes, but wants a value too.
me ! {1, 2, 3}
receive case {_, x, _} then print(x) end          --> 2
me ! {1, 2}
receive
  case {_, _, _} then print("three")
  case {_, _} then print("two")                   --> two
end
local _ = "kept"
me ! "anything"
receive case _ then print(_) end                  --> kept

-- An outer variable of that name is shadowed, not compared and not changed.
local x = "outer"
me ! "inner"
receive case x then print(x) end                  --> inner
print(x)                                          --> outer

-- Every round has its own variables, so closures keep theirs.
local fs = {}
for i = 1, 3 do
  me ! {i}
  receive case {n} then fs[i] = function() n = n + 1; return n end end
end
print(fs[1](), fs[1](), fs[2](), fs[3]())         --> 2	3	3	4

-- Names that are words of the dialect.
me ! {1, 2, 3, 4, 5}
receive
  case {receive, case, after, as, spawn} then
    print(receive, case, after, as, spawn)        --> 1	2	3	4	5
end

-- A received table is the process' own.
local t = {1}
me ! t
receive
  case t2 then
    t2[1] = "changed"
    print(t[1], t2[1], rawequal(t, t2))           --> 1	changed	false
end
