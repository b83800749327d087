-- What was handled while the flag was set is a message and stays one; what comes after it was
-- cleared ends the process.
local t = require("trace")
local me = self()
local function toggles(f)
  local p, ref = spawn_monitor(function()
    process_flag("trap_exit", true)
    me ! "ready"
    receive case "off" then process_flag("trap_exit", false) end
    me ! "off"
    f()
  end)
  t.next()
  exit(p, "while on")
  p ! "off"
  t.say("p", t.next())
  return p, ref
end
local p, ref = toggles(function()
  receive case {"EXIT", _, reason = r} then exit({"a message still", r}) end
end)
t.say("ended", t.down(ref))
p, ref = toggles(t.idle)
exit(p, "while off")
t.say("ended", t.down(ref))
-- set too late
p, ref = spawn_monitor(function()
  receive case "on" then process_flag("trap_exit", true) me ! "on" end
  t.idle()
end)
exit(p, "before")
p ! "on"
t.say("ended", t.down(ref))
t.quiet("then")
-- the old value is the answer
local a = process_flag("trap_exit", true)
local b = process_flag("trap_exit", false)
local c = process_flag("trap_exit", false)
t.say("answers", {a, b, c})
-- a child does not inherit it
process_flag("trap_exit", true)
t.say("of a child", t.ends(function() exit({process_flag("trap_exit", true)}) end))
