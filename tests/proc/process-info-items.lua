-- What process_info tells besides: where a process stands, how it was spawned,
-- what it says of itself in its dictionary; and items by name.
local me = self()
local function waits(n)
  process_dictionary().job = "number " .. n
  process_dictionary().list = {1, 2}
  process_dictionary().frozen, process_dictionary().long = freeze{("a"):rep(50)}[1], ("b"):rep(1e6)
  process_dictionary()[7] = me
  process_dictionary()[{}] = "a key that is not shown"
  me ! "ready"
  receive case "end" then end                   -- line 11
end
local function outer(n) local r = waits(n) return r end         -- line 13

local p = spawn(outer, 3)
receive case "ready" then end
while process_info(p, "state") ~= "receiving" do sleep(1) end
local i = process_info(p)
print(i.current, i.current_function, i.initial_call)
--? .*process-info-items\.lua:11	waits	.*process-info-items\.lua:13
print(i.dictionary.job, i.dictionary.list, i.dictionary[7] == me)       --> number 3	table	true
local n = 0
for _ in pairs(i.dictionary) do n = n + 1 end
print(n, next(process_dictionary()))                                    --> 5	nil
print(i.dictionary.frozen == ("a"):rep(50), i.dictionary.long == ("b"):rep(1e6))        --> true	true
print(i.heap_size > 0, i.stack_size > 0, i.memory > i.heap_size, i.message_bytes, i.group_leader)
--> true	true	true	0	nil

-- Waiting messages are counted, and their bytes.
p ! ("x"):rep(1000)
p ! {"y"}
i = process_info(p, {"messages", "message_bytes", "parent"})
print(i.messages, i.message_bytes > 1000, i.parent == me, i.pid)        --> 2	true	true	nil
print(process_info(p, "messages"), #process_info(p, "links"), process_info(p, "name"))  --> 2	0	nil
link(p)
print(process_info(p, "links")[1] == me, process_info(p, {"links"}).links[1] == me)     --> true	true
unlink(p)
print((select(2, pcall(process_info, p, "age"))))     --> bad argument #2 to 'process_info' (unknown item: age)
print((pcall(process_info, p, {"state", "age"})))                       --> false

-- Of oneself: the caller of process_info.
local function mine() return (process_info().current) end               -- line 42
print(mine())                                   --? .*process-info-items\.lua:42
print(process_info(me, "state"), process_info(me, "initial_call") ~= nil)   --> running	true
local d = process_dictionary()
d.x = 1
print(process_dictionary() == d, process_info().dictionary.x)           --> true	1

-- A built-in that was spawned; one that is in the middle of a long one.
local q = spawn(sleep, 10000)
print(process_info(q, "initial_call"))                                  --> sleep
exit(q, "kill")
-- Asked at any moment, also while it takes its signals in itself.
q = spawn(function() while true do receive(0) process_flag("trap_exit", false) end end)
local good = true
for k = 1, 200 do
  q ! k
  local at = process_info(q, {"current", "state", "dictionary"})
  good = good and (at.current == nil or at.current:find("process-info-items.lua", 1, true)) and at.state ~= "running"
end
print(good and true)                                                    --> true
exit(q, "kill")
print(process_info(q, "state") == nil)                                  --> true
p ! "end"
q = spawn({mailbox = 3}, receive, 10000)
print(process_info(q, "mailbox").limit, process_info(q, {"sending_to"}).sending_to)     --> 3	nil
exit(q, "kill")
