-- A monitor of oneself with an alias: Erlang makes none, so nothing reaches it; here the
-- address works, since who asks a server that may be himself needs no case of its own.
local t = require("trace")
local ref = monitor(self(), {alias = true})
ref ! "hello"
t.differs("what is sent to it", receive(30) or "nothing comes")
demonitor(ref, "flush")
ref ! "late"
t.quiet("then")
