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
for i = 1, 20 do
  p = spawn_link(function() exit("bad") end)
  if i % 2 == 0 then t.gone(p) end
  flushed(p)
end
t.quiet("after 20 races")
-- what was never linked
t.say("unlink a stranger", unlink(spawn(t.idle)))
t.say("unlink the dead", unlink(p))
t.quiet("then")
