-- A monitor that is an address for answers as well (Erlang: {alias, demonitor}): when it is
-- taken back or has fired, what is sent to it is dropped.
local t = require("trace")
local function server()
  while true do
    receive
      case {"call", ref, x} then ref ! {ref, x} ref ! {ref, "once more"}
      case {"late", ref, from} then
        receive case "now" then ref ! "late" from ! "sent" end
      case "end" then return
    end
  end
end
local s = spawn(server)
local ref = t.role("ref", monitor(s, {alias = true}))
s ! {"call", ref, 1}
t.say("got", t.next())
t.say("got", t.next())
t.say("demonitor", demonitor(ref, "flush"))
-- taken back: late ones are dropped
ref = monitor(s, {alias = true})
s ! {"late", ref, self()}
demonitor(ref, "flush")
s ! "now"
t.say("got", t.next())
t.quiet("then")
-- fired: the same
ref = t.role("fired", monitor(t.role("s", s), {alias = true}))
s ! "end"
t.say("got", t.next())
ref ! "after the DOWN"
t.quiet("then")
-- of one that is dead already
ref = t.role("dead", monitor(s, {alias = true}))
t.say("got", t.next())
ref ! "after the DOWN"
t.quiet("then")
-- a plain ref is no address, and sending to it no error
t.say("send to a plain ref", t.fails(send, make_ref(), "x"))
t.quiet("then")
