-- pattern | pattern, and `as`.

local me = self()
local function f(m)
  me ! m
  receive
    case "stop" | "quit" | {"exit"} then return "end"
    case {"set", key, value} | {"put", value, key} | {key = key, value = value} then
      return key .. "=" .. value
    case 1 | 2 | 3 then return "small"
    case n: integer | {"wrapped", n: integer} then return "integer " .. n
    case true | false then return "boolean"
    case {"a", x} | {"b", x} as m if x > 5 then return m[1] .. " large"
    case {"a" , _} | {"b", _} as m then return m[1] .. " small"
    case s: string as whole then return s .. whole
    case {...} as t then return "table of " .. #t
  end
end
print(f("stop"), f("quit"), f({"exit"}))          --> end	end	end
print(f({"set", "k", "v"}), f({"put", "v", "k"}), f({key = "k", value = "v"}))  --> k=v	k=v	k=v
print(f(1), f(2), f(3.0))                         --> small	small	small
print(f(7), f({"wrapped", 8}))                    --> integer 7	integer 8
print(f(true), f(false))                          --> boolean	boolean
print(f({"a", 6}), f({"b", 7}), f({"a", 1}), f({"b", 2}))  --> a large	b large	a small	b small
print(f("x"))                                     --> xx
print(f({1, 2}))                                  --> table of 2

-- The guard belongs to all alternatives; when it fails for one, the next
-- alternative is tried.
me ! {1, 10}
receive
  case {x, _} | {_, x} if x > 5 then print("found", x)    --> found	10
  case _ then print("first alternative only")
end

-- `as` is a name of its own everywhere else.
local as = "as"
me ! {"as"}
receive case {^as} as as then print(as[1]) end    --> as
me ! 1
receive case as then print(as) end                --> 1
