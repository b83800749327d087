-- debug.ledger counts what was made and how it ended, outside of all heaps.
local function since(before)
  local now, d = debug.ledger(), {}
  for k, v in pairs(now) do d[k] = v - before[k] end
  return d
end

-- A message is sent, taken in, read.
local l = debug.ledger()
self() ! "hello"
receive case "hello" then end
local d = since(l)
print(d["sent.message"], d["handled.message"], d.mail, d.read)          --> 1	1	1	1

-- To the dead: dropped.
local p, ref = spawn_monitor(function() end)
receive case {"DOWN", ^ref, ...} then end
l = debug.ledger()
p ! "hello"
d = since(l)
print(d["sent.message"], d["dropped.message"])                          --> 1	1

-- Unread: purged with its mailbox.
l = debug.ledger()
p, ref = spawn_monitor(function() receive case "end" then end end)
p ! "never read"
p ! "end"
receive case {"DOWN", ^ref, ...} then end
d = since(l)
print(d.procs, d.ended, d.mail, d.read, d.mail_purged)                  --> 1	1	3	2	1
print(d.monitors, d.downs, d.watchers, d.watchers_told)                 --> 1	1	1	1

-- Links: what is made on both sides is struck out on both, and each unlink is
-- acknowledged.
l = debug.ledger()
p, ref = spawn_monitor(function() receive case "end" then end end)
link(p)
unlink(p)
link(p)
unlink(p)
p ! "end"
receive case {"DOWN", ^ref, ...} then end
d = since(l)
print(d.links == d.unlinked, d["handled.unlink_ack"])                   --> true	2

-- Timers, names, aliases.
l = debug.ledger()
local t = send_after(10000, self(), "never")
cancel_timer(t)
send_after(0, self(), "now")
receive case "now" then end
register("somebody", self())
unregister("somebody")
ref = monitor(spawn(function() end), {alias = true})
receive case {"DOWN", ^ref, ...} then end
d = since(l)
print(d.timers, d.cancelled, d.fired, d.names, d.unnamed, d.aliases, d.unaliased)   --> 2	1	1	1	1	1	1
