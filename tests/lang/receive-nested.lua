-- receive inside receive, in every place of a clause; words in the bodies.

local me = self()
me ! {"outer", 1}; me ! {"inner", 2}
receive
  case {"outer", a} then
    receive
      case {"inner", b} then print(a, b)          --> 1	2
      case _ then print("no")
      after 100 then print("late")
    end
    print("after inner")                          --> after inner
  case {"inner", _} then
    print("wrong one")
end

-- In else and in after.
me ! "later"
receive
  case "urgent" then print("urgent")
  else
    receive
      case "never" then
      after 1 then
        receive case x then print(x) end          --> later
    end
end

-- In a pin, in the time of after, in a guard's function (not waiting).
me ! "key"; me ! {"key", "value"}
receive case {^(receive()), v} then print(v) end  --> value
me ! 5
receive case "none" then after receive() then print("after five") end   --> after five

-- case and after as names: at the level of a body they open the next clause,
-- unless what follows makes them an ordinary name.
local log = {}
local function case(v) log[#log + 1] = "case " .. tostring(type(v) == "table" and v[1] or v) return v end
local function after(v) log[#log + 1] = "after " .. tostring(type(v) == "table" and v[1] or v) return v end
me ! 1
receive
  case 1 then
    case(10)
    after{30}
    after"40"
    local x = case(50)
    do case{60} end
    if x then case"70" after(80) end
    while true do case{90} break end
    local f = function() case{100} return case{110} end
    f()
  case 2 then
    print("never")
  after 0 then
    print("never")
end
print(table.concat(log, ", "))
--> case 10, after 30, after 40, case 50, case 60, case 70, after 80, case 90, case 100, case 110

do
  local case, after = {n = 0}, {n = 0}
  function case:inc(d) self.n = self.n + d end
  me ! "go"
  receive
    case "go" then
      case.n = 1
      case:inc(5)
      after.n = case.n + 1
      case["m"], after["m"] = 1, 2
      print(case.n, after.n, case.m, after.m)     --> 6	7	1	2
  end
  me ! "go"
  receive
    case m then
      case, after = after, case
      after = m
      print(case.n, after)                        --> 7	go
  end
end

-- A value of that name can still be sent to.
do
  local case, after, receive = me, me, me
  case ! "a"; after ! "b"; receive ! "c"
end
print(receive(), receive(), receive())            --> a	b	c

-- All on one line, without separators.
me ! 1 me ! 2 receive case 1 then print("one") case 2 then end receive case 2 then print("two") case 1 then end
--> one
--> two
