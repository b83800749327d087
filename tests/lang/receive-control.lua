-- break, goto, return and <close> in clauses work as in any block.

local me = self()
local function run()
  local seen = {}
  while true do
    receive
      case "stop" then break
      case {"skip"} then goto continue
      case {"ret", v} then return "returned " .. v
      case n then seen[#seen + 1] = n
    end
    seen[#seen + 1] = "|"
    ::continue::
  end
  return table.concat(seen, " ")
end
me ! 1; me ! {"skip"}; me ! 2; me ! "stop"
print(run())                                      --> 1 | 2 |
me ! 1; me ! {"ret", "x"}
print(run())                                      --> returned x

-- A return without values before the next clause.
local function empty()
  receive
    case "a" then return
    case "b" then return "value"
    case "c" then return;
    after 0 then return "nothing"
  end
  return "fell through"
end
me ! "a"; print(select("#", empty()))             --> 0
me ! "b"; print(empty())                          --> value
me ! "c"; print(select("#", empty()))             --> 0
print(empty())                                    --> nothing

local function before_after()
  receive
    case "x" then return
    after 5 then return "timeout"
  end
end
print(before_after())                             --> timeout
me ! "x"; print(select("#", before_after()))      --> 0

-- Several values, tail calls, varargs.
local function values(...)
  receive
    case {a, b} then return a, b, ...
    case f: function then return f(...)
  end
end
me ! {1, 2}; print(values(3, 4))                  --> 1	2	3	4
me ! select; print(values("#", nil, nil))         --> 2

-- Variables to be closed.
local function closer(name)
  return setmetatable({}, {__close = function() print("closed " .. name) end})
end
me ! "m"
receive
  case m then
    local c <close> = closer("in clause")
    print("body " .. m)
end
--> body m
--> closed in clause
for i = 1, 2 do
  me ! i
  receive
    case n then
      local c <close> = closer("round " .. n)
      if n == 1 then goto next end
      break
  end
  ::next::
end
--> closed round 1
--> closed round 2

-- repeat ... until, and a nested function with its own receive.
local n = 0
me ! 1; me ! 2; me ! "end"
repeat
  local done
  receive
    case "end" then done = true
    case k then n = n + (function() return k end)()
  end
until done
print(n)                                          --> 3

-- A label and goto inside a clause.
me ! 3
receive
  case k then
    ::again::
    k = k - 1
    if k > 0 then goto again end
    print("k is", k)                              --> k is	0
end

-- Errors in a body go to the pcall around.
me ! "m"
print(pcall(function() receive case _ then error("in body", 0) end end))   --> false	in body
