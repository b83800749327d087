-- Each message that gets lost is a dead letter, for those who listen.
print(process_flag("dead_letters", true))               --> false
print(process_flag("dead_letters", true))               --> true

local function letter()
  receive case {"dead_letter", to, message = m, from = f, why = w} then return to, m, f, w end
end

-- To the dead.
local p, ref = spawn_monitor(function() end)
receive case {"DOWN", ^ref, ...} then end
p ! {"hello", {1, 2, 3}}
local to, m, from, why = letter()
print(to == p, from == self(), why, m[1], m[2][3])      --> true	true	noproc	hello	3

-- Refused.
p, ref = spawn({mailbox = {limit = 1, overflow = "reject"}, monitor = true}, function() receive case "end" then end end)
p ! "first"
p ! "second"
to, m, from, why = letter()
print(to == p, m, why)                                  --> true	second	full
-- Unread by one who ends.
exit(p, "kill")
to, m, from, why = letter()
print(to == p, m, why)                                  --> true	first	unread
receive case {"DOWN", ^ref, ...} then end

-- To an alias that is none any more, whether the sender could know it or not.
local a = alias()
p = spawn({background = true}, function(a) receive case "now" then a ! "late" end end, a)
p ! "now"
unalias(a)
to, m, from, why = letter()
print(to == a, m, from == p, why)                       --> true	late	true	noproc
a = alias("reply")
a ! "first"
a ! "second"
to, m, from, why = letter()
print(to == a, m, why, (receive()))                     --> true	second	noproc	first

-- Dropped, the oldest first.
p = spawn({mailbox = {limit = 2, overflow = "drop_old"}, background = true}, function() receive case "end" then end end)
for i = 1, 4 do p ! i end
to, m, from, why = letter()
print(m, why)                                           --> 1	full
to, m, from, why = letter()
print(m, why)                                           --> 2	full

-- More than one listens: each gets it, long strings and all.
local main = self()
local second = spawn(function()
  process_flag("dead_letters", true)
  main ! "listens"
  receive case {"dead_letter", to, message = m, ...} then main ! {"second", to, m} end
end)
receive case "listens" then end
local dead = spawn(function() end)
while process_info(dead) do sleep(1) end
dead ! {("x"):rep(1000), tail = {ok = true}}
to, m = letter()
print(to == dead, #m[1], m.tail.ok)                     --> true	1000	true
receive case {"second", to, m} then print(to == dead, #m[1], m.tail.ok) end     --> true	1000	true

-- They are bounded themselves: what is too much is only counted.
while process_info(second) do sleep(1) end
receive case {"dead_letter", ...} then print("a stray") after 0 then end
local before = debug.ledger()
for i = 1, 1500 do dead ! i end
local n = 0
while true do
  receive case {"dead_letter", ...} then n = n + 1 else break end
end
print(n, debug.ledger().letters_lost - before.letters_lost)             --> 1000	500
print(process_flag("dead_letters", false))              --> true
dead ! "silence"
receive case {"dead_letter", ...} then print("still") after 0 then print("no more") end      --> no more

-- Alarms, with a distance between the marks.
process_flag("mailbox_alarms", true)
p = spawn({mailbox = {high = 10, low = 4}}, function()
  local function take(n) for _ = 1, n do receive case i: integer then end end end
  while true do
    receive
      case {"take", n} then take(n) main ! "taken"
      case "end" then return
    end
  end
end)
local function send_and_take(send, n)
  for i = 1, send do p ! i end
  p ! {"take", n}
  receive case "taken" then end
end
local function alarms()
  while true do
    receive
      case {"mailbox_alarm", ^p, what, messages = n, bytes = b} then print(what, n, b > 0)
      else break
    end
  end
  print("-")
end
send_and_take(8, 1)     -- 9, then 7
alarms()                                                --> -
send_and_take(2, 4)     -- 10, then 5
alarms()
--> high	10	true
--> -
send_and_take(4, 1)     -- 10 again: has been told
alarms()                                                --> -
send_and_take(0, 5)     -- 9, then 3
alarms()
--> low	4	true
--> -
send_and_take(6, 9)     -- high, and low again
alarms()
--> high	10	true
--> low	4	true
--> -
-- Anybody's, from 10,000 on.
p ! "end"
p = spawn(function() receive case "end" then end end)
for i = 1, 10001 do p ! i end
receive case {"mailbox_alarm", ^p, what, messages = n, ...} then print(what, n) end     --> high	10000
p ! "end"
