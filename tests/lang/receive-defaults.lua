-- item or expression: a default for what is absent.

local me = self()
me ! {"open", "file"}
receive
  case {"open", name, mode or "r"} then print(name, mode) --> file	r
end
me ! {"open", "file", "w"}
receive
  case {"open", name, mode or "r"} then print(name, mode) --> file	w
end

-- `or nil` makes it optional.
me ! {"open", "file"}
receive
  case {"open", name, mode or nil} then print(name, mode) --> file	nil
end

-- false is a value, not absent.
me ! {"flag", false}
receive case {"flag", f or true} then print(f) end        --> false

-- By name, with types; a value of another type is no match.
me ! {kind = "order", vip = 5}
receive
  case {kind = "order", vip = v: boolean or false} then print("bool", v)
  case {kind = "order", vip = v: integer or 0, note = n: string or "none"} then
    print("int", v, n)                                    --> int	5	none
end

-- Evaluated left to right, before the guard, only when needed; they see the
-- names on their left and the scope outside.
local log = {}
local function note(v) log[#log + 1] = tostring(v); return v end
me ! {"d", nil, 2}
receive
  case {"d", a or note("A"), b or note("B"), c or note("C")} if note("guard") then
    print(a, b, c, table.concat(log, " "))                --> A	2	C	A C guard
end
local base = 10
me ! {"x", 1}
receive
  case {"x", a, b or base + 1} then print(a, b)           --> 1	11
end

-- A default in a nested table.
me ! {"user", {name = "ann"}}
receive
  case {"user", {name = n, age = a or 18, tags = t or {}}} then
    print(n, a, #t)                                       --> ann	18	0
end

-- `_ or nil`: there may be one more, whatever it is.
me ! {"p", 1}
me ! {"p", 1, 2}
me ! {"p", 1, 2, 3}
for _ = 1, 3 do
  receive
    case {"p", a, _ or nil} then print("one or two")
    case {"p", ...} then print("more")
  end
end
--> one or two
--> one or two
--> more
