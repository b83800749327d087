-- A link made anew after unlink is a link; unlink ends it from either side.
local t = require("trace")
local me = self()
process_flag("trap_exit", true)
local p = t.role("p", spawn(t.idle))
for _ = 1, 3 do link(p) unlink(p) end
link(p)
exit(p, "bad")
t.say("got", t.next())
-- the other side takes it back
local q = t.role("q", spawn(function()
  receive case "unlink" then unlink(me) me ! "unlinked" end
  t.idle()
end))
link(q)
q ! "unlink"
t.say("q", t.next())
t.say("links", t.set(process_info(self()).links))
exit(q, "bad")
t.gone(q)
t.quiet("then")
