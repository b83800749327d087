-- process_info of the living, of oneself and of the dead.
local t = require("trace")
local me = self()
local p = t.role("p", spawn(function() me ! "ready" receive case "end" then end end))
t.next()
local function of(pid)
  local i = process_info(pid)
  if not i then t.say("info", nil) return end
  t.say("messages", i.messages)
  t.say("links", t.set(i.links))
  t.say("monitors", t.set(i.monitors))
  t.say("monitored by", t.set(i.monitored_by))
  t.say("trap_exit", i.trap_exit)
  t.say("priority", i.priority)
  t.say("name", i.name)
end
of(p)
link(p)
local ref = monitor(p)
p ! 1 p ! 2
register("known", p)
of(p)
unlink(p)
demonitor(ref)
unregister("known")
p ! 3
of(p)
p ! "end"
t.gone(p)
of(p)
