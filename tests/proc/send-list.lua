-- A list that is written where it is sent need not be a table first; what arrives is
-- the same table in any case.
local me = self()

local function show(t)
  local words = {}
  for i = 1, t.n or #t do words[i] = tostring(t[i]) end
  return table.concat(words, " ")
end
local function got()
  receive case t then return show(t) end
end

-- Of what needs no copy, of what does, and of as many as there may be and one more.
me ! {"numbers", 1, 2.5, true, false}
print(got())                            --> numbers 1 2.5 true false
local word = "wo" .. #"x"
me ! {word .. "rd", "made"}
print(got())                            --> wo1rd made
me ! {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
print(got())                            --> 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
me ! {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}
print(got())                            --> 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17
me ! {nil, 2, nil}
receive case t then print(t[1], t[2], t[3], rawlen(t) <= 3) end    --> nil	2	nil	true
local function three() return "a", "b", "c" end
me ! {"open", three()}
print(got())                            --> open a b c
me ! {three(), "closed"}
print(got())                            --> a closed
me ! {three()}
print(got())                            --> a b c
local function none() end
me ! {none()}
receive case {} then print("empty") end --> empty
me ! {"and", none()}
print(got())                            --> and
me ! {"with", me, {three()}, me}
receive case {"with", ^me, {_, _, c}, ^me} then print(c) end       --> c
local function pass(...) me ! {"passed", ...} end
pass(1, nil)
receive case t then print(t[1], t[2], t[3]) end    --> passed	1	nil
pass("x", {"y"})
receive case {"passed", x, {y}} then print(x, y) end    --> x	y
local long = {}
for i = 1, 10000 do long[i] = i end
for _, n in ipairs{15, 16, 17, 5000, 10000} do
  me ! {"long", table.unpack(long, 1, n)}
  receive case {"long", ...t} then print(#t, t[n]) end
end
--> 15	15
--> 16	16
--> 17	17
--> 5000	5000
--> 10000	10000
me ! {"named", n = 1}
receive case t then print(t[1], t.n) end            --> named	1
me ! {{"in", {"it"}}}
receive case {{word, {it}}} then print(word, it) end    --> in	it

-- A table in it is a copy, twice the same one is once the same one.
local inner = {1}
me ! {inner, inner}
receive case {a, b} then print(a == b, a == inner, a[1]) end    --> true	false	1

-- Functions, and what cannot be sent.
me ! {function(x) return x + inner[1] end, 41}
receive case {f, x} then print(f(x)) end                --> 42
print(pcall(function() me ! {1, coroutine.create(print)} end)) --> false	tests/proc/send-list.lua:69: cannot send a coroutine (msg[2])

-- To a name, to an alias, to what is no address, to nobody.
local at = "list"
register(at, me)
at ! {"by", "name"}
print(got())                            --> by name
local ref = alias()
ref ! {"by", "alias"}
print(got())                            --> by alias
unalias(ref)
ref ! {"to", "nobody"}
print(pcall(function() (nil) ! {"to", "nil"} end)) --> false	tests/proc/send-list.lua:81: cannot send to a nil value (a pid, registered name or alias is needed)
at = "none"
print(pcall(function() at ! {"to", "none"} end)) --> false	tests/proc/send-list.lua:83: no process is registered as 'none'
receive case t then print("?", show(t)) else print("nothing") end  --> nothing

-- The items, in order.
local order = {}
local function note(x) order[#order + 1] = tostring(x); return x end
local there = me
there ! {note(1), note({2}), note("3")}
receive case {1, {2}, "3"} then print(order[1], order[3], #order) end  --> 1	3	3

-- A full mailbox: the sender waits in it, and everything arrives, in order.
local slow = spawn({mailbox = 2}, function()
  for i = 1, 40 do
    receive case {"n", ^i, t} then assert(type(t) == "number" or t[1] == i) end
    sleep(1)
  end
  me ! "all"
end)
for i = 1, 40 do
  if i % 2 == 0 then slow ! {"n", i, math.abs(i)} else slow ! {"n", i, {math.abs(i)}} end
end
receive case "all" then print("all") end                --> all

-- While the heap is collected all the time.
local sum = 0
for i = 1, 3000 do
  me ! {"item", i, "t" .. i}
  receive case {"item", n, text} then if text == "t" .. n then sum = sum + n end end
end
print(sum)                              --> 4501500
