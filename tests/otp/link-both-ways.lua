-- A link has two ends: whichever ends badly, the other ends with the same reason.
local t = require("trace")
local me = self()
local function linked(to)
  link(to)
  me ! "linked"
  receive case {"end", why} then exit(why) end
end
local function pair(who, why)
  local a, ra = spawn_monitor(function() receive case {"end", w} then exit(w) end end)
  local b, rb = spawn_monitor(linked, a)
  t.next()
  if who == "b" then a, ra, b, rb = b, rb, a, ra end
  a ! {"end", why}
  t.say(who .. " ended", t.down(ra))
  if why == "normal" then b ! {"end", "asked to"} end
  t.say("the other ended", t.down(rb))
end
pair("a", "bad")
pair("b", "bad")
pair("a", "shutdown")
pair("a", "normal")
pair("b", "normal")
