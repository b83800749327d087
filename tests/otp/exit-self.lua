-- An exit signal to oneself has been handled when the call returns.
local t = require("trace")
local me = self()
local function does(reason)
  t.say("ended", t.ends(function() exit(self(), reason) me ! "not reached" end))
end
does("bad")
does("kill")
does({"a", "table"})
t.say("p ended", t.ends(function()
  process_flag("trap_exit", true)
  exit(self(), "bad")
  receive case {"EXIT", _, reason = r} then me ! {"there", r} else me ! "not there" end
  process_flag("trap_exit", false)
  exit(self(), "worse")
  me ! "not reached"
end))
t.say("p", t.next())
-- kill cannot be trapped, not even so
t.say("ended", t.ends(function()
  process_flag("trap_exit", true)
  exit(self(), "kill")
  me ! "not reached"
end))
t.quiet("then")
