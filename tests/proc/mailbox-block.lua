-- A sender to a full mailbox waits for room, wherever it is; and what it sends
-- arrives in order, also what is let through although there is no room.
local main = self()

-- A receiver that sleeps between two messages holds its sender back.
local function slow(n)
  local most = 0
  for i = 1, n do
    receive case ^i then end
    most = math.max(most, process_info(self()).mailbox.messages)
    sleep(1)
  end
  main ! {"most", most}
end
local p = spawn({mailbox = 2}, slow, 30)
for i = 1, 30 do p ! i end
receive case {"most", n} then print(n <= 2) end         --> true

-- The same from inside whatever there is.
local function from(f)
  local p = spawn({mailbox = 1}, slow, 10)
  f(p)
  receive case {"most", n} then print(n <= 1) end
end
from(function(p) for i = 1, 10 do print(pcall(send, p, i)) end end)
--> true	true
--> true	true
--> true	true
--> true	true
--> true	true
--> true	true
--> true	true
--> true	true
--> true	true
--> true	true
--> true
from(function(p)
  local co = coroutine.wrap(function() for i = 1, 10 do p ! i coroutine.yield() end end)
  for _ = 1, 10 do co() end
end)                                                    --> true
from(function(p)
  local t, i = {5, 3, 8, 1, 9, 2}, 0
  table.sort(t, function(a, b)
    if i < 10 then i = i + 1 p ! i end
    return a < b
  end)
  while i < 10 do i = i + 1 p ! i end
  assert(table.concat(t) == "123589")
end)                                                    --> true
from(function(p)
  for i = 1, 10 do local x <close> = setmetatable({}, {__close = function() p ! i end}) end
end)                                                    --> true

-- In a guard nobody can wait: the clause fails.
p = spawn({mailbox = 1, background = true}, function() sleep(3600000) end)
p ! "first"
self() ! "guarded"
receive
  case "guarded" if send(p, "never") then print("sent")
  case other then print(other, process_info(self()).guard_errors)       --> guarded	1
end

-- A selective receiver is never starved by its own limit.
p = spawn({mailbox = 1}, function()
  for i = 10, 1, -1 do receive case ^i then end end
  main ! "all"
end)
for i = 1, 10 do p ! i end
receive case "all" then print("backwards") end          --> backwards

-- Nor does anybody wait for itself.
spawn({mailbox = 1}, function()
  for i = 1, 100 do self() ! i end
  for i = 1, 100 do receive case ^i then end end
  main ! "own"
end)
receive case "own" then print("to itself") end          --> to itself

-- Nor two for each other.
local function talk(n)
  local other
  receive case {"other", p} then other = p end
  for i = 1, n do other ! i end
  for i = 1, n do receive case ^i then end end
  main ! "talked"
end
local a, b = spawn({mailbox = 1}, talk, 50), spawn({mailbox = 1}, talk, 50)
a ! {"other", b}
b ! {"other", a}
receive case "talked" then end
receive case "talked" then print("to each other") end   --> to each other

-- A server that waits for a slow answer holds its clients back, and is not flooded.
local slowly = spawn({background = true}, function()
  while true do
    receive case {"call", ref} then sleep(2) ref ! {ref} end
  end
end)
local server = spawn({mailbox = 2}, function()
  local most = 0
  for i = 1, 20 do
    receive case {"job", ^i} then end
    local ref <close> = monitor(slowly, {alias = true})
    slowly ! {"call", ref}
    receive case {^ref} then end
    most = math.max(most, process_info(self()).mailbox.messages)
  end
  main ! {"most", most}
end)
for i = 1, 20 do server ! {"job", i} end
receive case {"most", n} then print(n <= 2) end         --> true

-- The receiver ends: it is as sending to the dead.
p = spawn({mailbox = 1}, function() sleep(5) end)
print(send(p, 1), send(p, 2), send(p, 3))               --> true	true	true

-- The sender is killed while it waits: what it sends is lost, the next one's turn comes.
local function until_sends(p)
  while process_info(p).state ~= "sending" do sleep(1) end
  return process_info(p).sending_to
end
local before = debug.ledger().refused
p = spawn({mailbox = 1}, function()
  local ref = monitor(main, {alias = true})
  main ! {"ref", ref}
  receive case {^ref} then end          -- main goes on by itself, so this holds others back
  for _ = 1, 2 do
    receive case n then main ! n end
  end
end)
local ref
receive case {"ref", r} then ref = r end
p ! "first"
local victim, gone = spawn_monitor(function() p ! "lost" end)
print(until_sends(victim) == p)                         --> true
print(waits(victim).kind, waits(victim).on == p)        --> room	true
local other = spawn(function() p ! "last" end)
until_sends(other)
print(process_info(p).mailbox.senders)                  --> 2
exit(victim, "kill")
while process_info(victim) do sleep(1) end
print(process_info(p).mailbox.senders)                  --> 1
ref ! {ref}
receive case {"DOWN", ^gone, reason = r} then print(r) end              --> killed
print(receive())                                        --> first
print(receive())                                        --> last
print(debug.ledger().refused - before)                  --> 1
