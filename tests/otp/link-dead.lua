-- Linking to a process that is gone, without trapping: Erlang raises an error where the
-- other end is known to be gone, for historical reasons; here it is a signal, always.
local t = require("trace")
local me = self()
local dead = spawn(function() end)
t.gone(dead)
t.differs("a link to the dead, not trapped, ends with", t.ends(function() link(dead) t.idle() end))
-- an error can be caught: who does so lives on
t.differs("the same inside pcall", t.ends(function() pcall(link, dead) sleep(30) exit("later") end))
