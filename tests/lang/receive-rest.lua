-- `...` opens the length, `...name` collects what was not matched.

local me = self()
me ! {"log", "a", "b", "c", level = 3}
receive case {"log", ...} then print("any length") end    --> any length

me ! {"log"}
receive case {"log", ...} then print("also none") end     --> also none

me ! {"sum", 1, 2, 3}
receive
  case {"sum", ...numbers} then
    local s = 0
    for _, n in ipairs(numbers) do s = s + n end
    print(#numbers, s)                                    --> 3	6
end

-- Positions are renumbered from 1, unmatched keys are kept.
me ! {"cmd", "x", "y", flag = true, level = 2, other = "o"}
receive
  case {"cmd", first, flag = f, ...rest} then
    print(first, f, rest[1], rest[2], rest.flag, rest.level, rest.other)
    --> x	true	y	nil	nil	2	o
end

me ! {kind = "order", id = 1, note = "n"}
receive
  case {kind = "order", ...extra} then
    print(extra.kind, extra.id, extra.note, #extra)       --> nil	1	n	0
end

me ! {"only"}
receive case {"only", ...rest} then print(type(rest), next(rest)) end   --> table	nil

me ! {items = {"a", "b", "c"}}
receive
  case {items = {first, ...more}} then
    print(first, #more, more[1], more[2])                 --> a	2	b	c
end

-- The rest is a fresh table; the message is as it was.
me ! {"m", 1, 2}
receive
  case {"m", ...rest} as whole then
    rest[1] = "changed"
    print(whole[2], rest[1], #whole, #rest)               --> 1	changed	3	2
end

-- {...all} is a copy of the whole table.
me ! {1, 2, x = 3}
receive case {...all} as m then print(#all, all.x, rawequal(all, m)) end  --> 2	3	false

-- It matches no value that is not a table.
me ! "text"
receive
  case {...} then print("table")
  case v then print(v)                                    --> text
end
