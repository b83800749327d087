-- A link to oneself is none.
local t = require("trace")
t.say("link", link(self()))
t.say("links", t.set(process_info(self()).links))
t.say("unlink", unlink(self()))
t.say("ended", t.ends(function() link(self()) exit("bad") end))
