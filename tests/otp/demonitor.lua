-- What demonitor answers (Erlang's option info), and what flush takes.
local t = require("trace")
local p = spawn(function() receive case "end" then end end)
local ref = monitor(p)
t.say("first", demonitor(ref))
t.say("again", demonitor(ref))
t.say("a ref that is none", demonitor(make_ref()))
p ! "end"
t.quiet("then")
-- the DOWN is in the mailbox
local q
q, ref = spawn_monitor(function() end)
t.role("ref", ref) t.role("q", q)
t.queued(1)
t.say("too late", demonitor(ref))
t.say("so it is there", t.next())
q, ref = spawn_monitor(function() end)
t.role("other", monitor(q)) t.role("q", q)
t.queued(2)
t.say("flush, too late", demonitor(ref, "flush"))
t.say("it takes one", process_info(self()).messages)
t.next()
t.quiet("then")
-- of two that are there it takes the one that is meant
for _, flushed in ipairs {1, 2} do
  p = spawn(function() receive case "end" then end end)
  local refs = {monitor(p), monitor(p)}
  p ! "end"
  t.queued(2)
  demonitor(refs[flushed], "flush")
  t.say("the other is left", t.next()[2] == refs[3 - flushed])
  t.quiet("then")
end
-- flush in time
q = spawn(t.idle)
ref = monitor(q)
t.say("flush in time", demonitor(ref, "flush"))
exit(q, "bad")
t.gone(q)
t.quiet("then")
-- one of two
q = spawn(t.idle)
ref = monitor(q)
t.role("other", monitor(q))
t.role("q", q)
demonitor(ref, "flush")
exit(q, "bad")
t.say("the other", t.next())
t.quiet("then")
