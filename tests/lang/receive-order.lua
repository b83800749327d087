-- Messages in the order they came, clauses in the order they stand; the
-- first pair that fits wins, the rest stays queued.

local me = self()
for i = 1, 5 do me ! {i} end
receive case {n} if n % 2 == 0 then print(n) end      --> 2
receive case {n} if n % 2 == 0 then print(n) end      --> 4
receive case {n} then print(n) end                    --> 1
receive case {n} then print(n) end                    --> 3
receive case {n} then print(n) end                    --> 5

-- The older message wins over the earlier clause.
me ! "low"; me ! "high"
receive
  case "high" then print("high")
  case "low" then print("low")                        --> low
end
receive case x then print(x) end                      --> high

-- With one message, the earlier clause wins.
me ! {"a"}
receive
  case {...} then print("first clause")               --> first clause
  case {"a"} then print("second clause")
end

-- Priority: look for urgent ones without waiting, then take any.
me ! {"job", 1}; me ! {"urgent", 2}; me ! {"job", 3}
for _ = 1, 3 do
  receive
    case {"urgent", n} then print("urgent", n)
    else
      receive case {kind, n} then print(kind, n) end
  end
end
--> urgent	2
--> job	1
--> job	3

-- Taking from the middle of a long queue again and again.
for i = 1, 200 do me ! {i % 10, i} end
local sum = 0
for digit = 0, 9 do
  local want = 9 - digit
  for _ = 1, 20 do
    receive case {^want, i} then sum = sum * 3 % 1000003 + i end
  end
end
print(sum > 0)                                        --> true
receive case m then print("left over") else print("all taken") end   --> all taken
