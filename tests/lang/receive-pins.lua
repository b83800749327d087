-- ^name and ^(expression): equal to a value known before.

local me = self()
local ref, other = make_ref(), make_ref()
me ! {other, "not mine"}
me ! {ref, "mine"}
receive case {^ref, text} then print(text) end             --> mine
receive case {^other, text} then print(text) end           --> not mine

local want = 3
me ! 1; me ! 2; me ! 3.0
receive case ^want then print("three") end                 --> three
receive case ^(want - 1) then print("two") end             --> two
local t = {key = {n = 1}}
receive case ^(t.key.n) then print("one") end              --> one

-- A pin is evaluated once, on entry, in the scope outside.
local calls = 0
local function expected() calls = calls + 1; return "yes" end
me ! "no"; me ! "no"; me ! "no"; me ! "yes"
receive case ^(expected()) then print("after " .. calls .. " call") end   --> after 1 call
for _ = 1, 3 do receive case "no" then end end

-- The pin sees the outer x, the clause binds its own.
local x = 5
me ! {5, "first"}
receive case {^x, x} then print(x) end                     --> first
print(x)                                                   --> 5

-- Pins in nested tables, by field, in alternatives, of strings and pids.
local name = "ann"
me ! {"DOWN", ref, pid = me, reason = "normal"}
receive case {"DOWN", ^ref, pid = ^me, reason = r} then print(r) end      --> normal
me ! {user = {name = "ann", age = 36}}
receive case {user = {name = ^name, age = a}} then print(a) end           --> 36
me ! {"b", 1}
receive case {"a", ^x} | {"b", ^(x - 4)} then print("alternative") end    --> alternative

-- A pin of nil or NaN: nil matches nothing there, NaN matches nothing.
local none, nan = nil, 0/0
me ! {"v"}
receive
  case {"v", ^none} then print("absent")                   --> absent
  case _ then print("else")
end
me ! {nan}
receive
  case {^nan} then print("never")
  case {_} then print("NaN is not equal to itself")        --> NaN is not equal to itself
end

-- A table cannot be pinned: what is received is always a copy.
print((pcall(function() receive case ^t then else end end)))              --> false

-- A ref only finds messages that came after it was made, and finds them
-- behind many others.
for i = 1, 1000 do me ! {"noise", i} end
local late = make_ref()
me ! {late, "found"}
receive case {^late, v} then print(v) end                  --> found
local n = 0
while true do
  receive case {"noise", _} then n = n + 1 else break end
end
print(n)                                                   --> 1000
