-- A long mailbox has an index: a receive whose clauses begin with constants looks
-- at few messages, however many are queued. debug.ledger().passed counts those of
-- long mailboxes that were looked at in vain.
local me, N = self(), 5000

local function passed(f, ...)
  local before = debug.ledger().passed
  f(...)
  return debug.ledger().passed - before
end

local function reply(i)
  me ! {"reply", i}
  receive case {"reply", ^i} then end
end

-- In a short mailbox nothing is counted, nothing is made.
for i = 1, 50 do me ! {"unrelated", i} end
print(passed(reply, 1))                             --> 0

-- The first search pays for the index, with some dozens of messages at a time.
local old = make_ref()
for i = 51, N do me ! {"unrelated", i} end
print(passed(reply, 1) <= N, passed(reply, 2) < N // 10)        --> true	true
local function many(f) for i = 1, 100 do f(i) end end
print(passed(many, reply) <= 200)                   --> true

-- Other constants; alternatives; a handler; a tag that nobody sent.
print(passed(many, function(i)
  me ! "stop"
  receive case "go" | "stop" then end
end) <= 200)                                        --> true
print(passed(many, function(i)
  me ! {i, "x"}
  receive case {1.5} | {-1} then case {^i, y} then end
end) <= 200)                                        --> true
print(passed(many, function(i)
  me ! {"reply", i}
  receive { reply = function() end, stop = function() end }
end) <= 200)                                        --> true
print(passed(many, function()
  receive case {"never", x} then else end
end) <= 200)                                        --> true

-- A ref: made now; older than the whole queue, in front or not.
print(passed(many, function(i)
  local ref = make_ref()
  me ! {"reply", ref, i}
  receive case {"reply", ^ref, ^i} then end
end))                                               --> 0
print(passed(many, function(i)
  me ! {old, i}
  receive case {^old, ^i} then end
end) <= 200)                                        --> true
print(passed(many, function(i)
  me ! {"reply", old, i}
  receive case {"reply", ^old, ^i} then end
end) <= 200)                                        --> true

-- Without a constant in front it is walked back to, in slices.
me ! {1, old}
receive case {i, ^old} then print(i) end            --> 1
receive case {x, y, ^old} then else print "none" end        --> none

-- What came between a ref and its reply is looked at once, not by each receive.
local between = make_ref()
for i = 1, N do me ! {"more", i} end
print(passed(many, function(i)
  me ! {between, i}
  receive case {^between, ^i} then end
end) < N // 2)                                      --> true

-- The end of a monitor's scope: its DOWN was received, or never came.
local gone, ref = spawn_monitor(function() end)
receive case {"DOWN", ^ref} then end
local _, up = spawn(function() receive case "end" then end end)
print(passed(many, function()
  local a <close> = monitor(gone)
  receive case {"DOWN", ^a} then end
end) <= 200)                                        --> true
print(passed(many, function()
  local a <close> = monitor(me)
end))                                               --> 0
local refs = {}
for i = 1, 100 do refs[i] = monitor(gone) end
print(passed(function()
  for i = 100, 1, -1 do demonitor(refs[i], "flush") end
end) <= 10000)                                      --> true
print(passed(receive, { DOWN = print }, 0) <= 2)    --> true

-- Nothing got lost, nor changed its place.
local last, right = {}, true
for _ = 1, 2 * N do
  local m = receive(0)
  right = right and m and m[2] == (last[m[1]] or 0) + 1
  last[m[1]] = m[2]
end
print(right, last.unrelated, last.more, receive(0)) --> true	5000	5000	nil	timeout
