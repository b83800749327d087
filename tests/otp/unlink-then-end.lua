-- After unlink has returned no EXIT arrives; one that had arrived is taken by the usual idiom.
local t = require("trace")
process_flag("trap_exit", true)
local function flushed(p)
  unlink(p)
  receive case {"EXIT", ^p} then else end
end
local p = t.role("p", spawn_link(t.idle))
unlink(p)
exit(p, "bad")
t.gone(p)
t.quiet("then")
-- the end and the unlink at the same time
local me = self()
for i = 1, 200 do
  p = spawn_link(function()
    me ! "begun"
    for _ = 1, i * 20 do end
    exit("bad")
  end)
  receive case "begun" then end
  flushed(p)
  t.gone(p)
end
t.quiet("after 200 races")
-- what was never linked
t.say("unlink a stranger", unlink(spawn(t.idle)))
t.say("unlink the dead", unlink(p))
t.quiet("then")
