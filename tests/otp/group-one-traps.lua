-- Of a group of linked processes the one that traps lives on, and shields who stands behind it.
local t = require("trace")
local me = self()
local function behind() link(whereis("guard")) me ! "ready" t.idle() end
local guard, guard_ref = spawn_monitor(function()
  process_flag("trap_exit", true)
  me ! "ready"
  while true do
    receive
      case {"EXIT", _, reason = r} then me ! {"guard saw", r}
      case "end" then exit("guard ended")
    end
  end
end)
t.next()
register("guard", guard)
local a, ra = spawn_monitor(behind)
local b, rb = spawn_monitor(function() link(a) behind() end)
local c, rc = spawn_monitor(behind)
for _ = 1, 3 do t.next() end
exit(a, "bad")
t.say("a", t.down(ra))
t.say("b", t.down(rb))
t.say("guard", t.next())
t.say("guard", t.next())
t.say("c", process_info(c) and "lives" or "ended")
guard ! "end"
t.say("guard", t.down(guard_ref))
t.say("c", t.down(rc))
t.quiet("then")
