-- A table of a few plain values travels as those values, and becomes a table again where
-- it is received: whatever a receive does with it on the way, and however full the heap is.
local me = self()

-- Heaps of every degree of fullness: what is bound lasts, the whole message as well as its parts.
local held, sum, bad = {}, 0, 0
for i = 1, 3000 do
  local filler = {}
  for k = 1, i % 23 do filler[k] = {k} end
  me ! {"n", i, i + 0.5, true, me}
  local all
  if i % 2 == 0 then
    receive case {"n", n, half, yes, from} then all = {"n", n, half, yes, from} end
  else
    receive case it: table then all = it end
  end
  local garbage = {all[2], {}}
  if all[2] ~= i or all[3] ~= i + 0.5 or all[4] ~= true or all[5] ~= me or #all ~= 5 then bad = bad + 1 end
  held[i % 50 + 1] = all
  sum = sum + garbage[1]
end
print(sum, bad) --> 4501500	0
table.sort(held, function(a, b) return a[2] < b[2] end)
print(#held, held[1][2], held[50][3], held[1] ~= held[2]) --> 50	2951	3000.5	true

-- Looked at in vain, and taken later; by a guard, a default and a rest, too.
for i = 1, 40 do me ! {"later", i} end
me ! {"now", 1, 2, 3}
receive case {"now", a, ...rest} then print(a, #rest, rest[2]) end --> 1	2	3
local order = 0
for want = 40, 1, -1 do
  local filler = {{}, {}, {want}}
  receive case {"later", n, extra or filler[3][1]} if n == want and extra == want then order = order + n end
end
print(order) --> 820

-- A message that a guard has changed is what the guard has made of it, for the next look as well.
me ! {"list", 1}
receive
  case all: table if (function() all[3] = "seen"; return false end)() then print("never")
  case {"list", x, y} then print(x, y) --> 1	seen
end

-- None, one, the most, and one more than that.
for _, n in ipairs{0, 1, 16, 17} do
  local t = {}
  for i = 1, n do t[i] = i end
  me ! t
  receive case got: table then print(n, #got, got[1], got[n], got ~= t) end
end
--> 0	0	nil	nil	true
--> 1	1	1	1	true
--> 16	16	1	16	true
--> 17	17	1	17	true

-- Holes stay holes, and there is room behind them.
me ! {nil, 2, nil, 4}
receive case {nil, b, nil, d} then print(b, d) end --> 2	4
me ! {nil, 2, nil, 4}
receive case got: table then
  got[1], got[5], got.x = 1, 5, "x"
  print(got[1], got[3], got[5], got.x) --> 1	nil	5	x
end

-- Handlers, and the mailbox of a long queue.
for i = 1, 200 do me ! {"noise", i} end
me ! {"signal", "s"}
receive({signal = function(s) print("handler", s) end}) --> handler	s
local noise = 0
for i = 1, 200 do receive case {"noise", n} then noise = noise + n end end
print(noise) --> 20100

-- Nobody reads it: who listens to letters hears what it was, also if it has been looked at.
process_flag("dead_letters", true)
local reader = spawn(function()
  receive case {"word", w} if w == "another" then print("never") case "end" then end
end)
reader ! {"word", "this"}
reader ! "end"
receive case {"dead_letter", to, message = m, why = why} then
  print(to == reader, m[1], m[2], why) --> true	word	this	unread
end
local gone = spawn(function() end)
local ref = monitor(gone)
receive case {"DOWN", ^ref} then end
gone ! {1, 2, 3}
receive case {"dead_letter", ^gone, message = m} then print(#m, m[3]) end --> 3	3
