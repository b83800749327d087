-- What becomes of a message for a mailbox that is full.
local function receiver(main)
  receive case "go" then end            -- waits until all is sent: it stands last
  local got = {}
  while true do
    receive
      case x: integer then got[#got + 1] = x
      else break
    end
  end
  main ! {"got", table.concat(got, " ")}
  receive case "stop" then end
end

-- The receiver does not run meanwhile: it has low priority, and nobody waits.
local function try(mailbox)
  local p, ref = spawn({mailbox = mailbox, monitor = true, priority = "low"}, receiver, self())
  local sent = {}
  for i = 1, 5 do sent[i] = tostring(send(p, i)) end
  print(table.concat(sent, " "))
  return p, ref
end

-- The sender hears of it.
local p = try({limit = 2, overflow = "reject"})         --> true true false false false
print(send(p, "go"))                                    --> false	full
print(process_info(p).mailbox.dropped)                  --> 4
exit(p, "kill")

-- Or not.
p = try({limit = 2, overflow = "drop_new"})             --> true true true true true
print(process_info(p).mailbox.dropped)                  --> 3
exit(p, "kill")

-- The newest are of most use. Twice the limit is let in until the receiver runs.
local p = spawn({mailbox = {limit = 3, overflow = "drop_old"}, priority = "low"}, receiver, self())
for i = 1, 20 do p ! i end
p ! "go"
receive case {"got", s} then print(s) end               --> 19 20
print(process_info(p).mailbox.dropped)                  --> 18
p ! "stop"

-- The receiver ends, whatever it does, and whether it traps exits or not.
local q, ref = spawn({mailbox = {limit = 2, overflow = "exit"}, monitor = true, priority = "low"}, function()
  process_flag("trap_exit", true)
  pcall(function() receive case "never" then end end)
end)
print(send(q, 1), send(q, 2))                           --> true	true
print(send(q, 3))                                       --> false	full
receive
  case {"DOWN", ^ref, reason = {"limit", "mailbox", limit = l, used = u}} then print(l, u)      --> 2	2
end

-- Bytes. What is larger than all of it is never taken.
p = spawn({mailbox = {bytes = 10000, overflow = "reject"}, priority = "low"}, receiver, self())
print(send(p, ("x"):rep(20000)))                        --> false	limit
print(send(p, ("x"):rep(6000)))                         --> true
print(send(p, ("x"):rep(6000)))                         --> false	full
print(send(p, 1))                                       --> true
local m = process_info(p).mailbox
print(m.messages, m.bytes > 6000 and m.bytes <= 10000, m.max_bytes, m.limit)            --> 2	true	10000	nil
exit(p, "kill")

-- What is exempt: signals, replies and timers. They find their way into any mailbox.
local asker = spawn({mailbox = {limit = 1, overflow = "reject"}}, function(main)
  process_flag("trap_exit", true)
  local ref = make_ref()
  local alias = monitor(main, {alias = true})
  main ! {"ask", self(), ref, alias}
  receive case "first" then end
  sleep(20)
  receive case {"EXIT", from, ...} then print("exit") end
  receive case {^ref, x} then print("reply", x) end
  receive case "by alias" then print("alias") end
  receive case "tick" then print("timer") end
  main ! "done"
end, self())
local to, its_ref, its_alias
receive case {"ask", p, r, a} then to, its_ref, its_alias = p, r, a end
print(send(to, "first"))                                --> true
print(send(to, {its_ref, 42}), send(its_alias, "by alias"))             --> true	true
exit(to, "hello")
send_after(1, to, "tick")
receive case "done" then end
--> exit
--> reply	42
--> alias
--> timer

-- No option is silently taken for another.
for _, bad in ipairs {0, -1, 1.5, "10", {limit = 0}, {limit = "x"}, {overflow = "wait"}, {size = 3}, {high = 2, low = 2},
                      {bytes = 0}} do
  print((select(2, pcall(spawn, {mailbox = bad}, print)):gsub("^.-: ", "")))
end
--> spawn option 'mailbox' must be a whole number from 1 to 100000000
--> spawn option 'mailbox' must be a whole number from 1 to 100000000
--> spawn option 'mailbox' must be a whole number from 1 to 100000000
--> spawn option 'mailbox' must be a whole number from 1 to 100000000
--> spawn option 'mailbox.limit' must be a whole number from 1 to 100000000
--> spawn option 'mailbox.limit' must be a whole number from 1 to 100000000
--> spawn option 'mailbox.overflow' must be "block", "reject", "drop_new", "drop_old" or "exit"
--> unknown spawn option 'mailbox.size'
--> spawn option 'mailbox.low' must be less than 'mailbox.high'
--> spawn option 'mailbox.bytes' must be a whole number from 1 to 1099511627776

-- What gets lost is counted, by those who refuse and those who drop later.
local before = statistics().messages
local counted = spawn({mailbox = {limit = 1, overflow = "reject"}}, function() receive case "end" then end end)
for i = 1, 4 do counted ! i end
local m = statistics().messages
print(m.sent - before.sent, m.refused - before.refused, m.evicted - before.evicted)     --> 1	3	0
exit(counted, "kill")
before = statistics().messages
counted = spawn({mailbox = {limit = 2, overflow = "drop_old"}}, function() receive case "end" then end end)
for i = 1, 4 do counted ! i end
while process_info(counted).messages > 2 do sleep(1) end
m = statistics().messages
print(m.sent - before.sent, m.refused - before.refused, m.evicted - before.evicted)     --> 4	0	2
exit(counted, "kill")
