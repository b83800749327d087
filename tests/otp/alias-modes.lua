-- How long the alias of a monitor lives: until the monitor ends, until the first answer, until unalias.
local t = require("trace")
local function server()
  while true do
    receive
      case {"call", ref, n: number} then
        for i = 1, n do ref ! {ref, i} end
      case {"end", why} then exit(why)
    end
  end
end
local function ask(s, mode, n)
  local ref = t.role(mode, monitor(s, {alias = mode}))
  s ! {"call", ref, n}
  return ref
end
local s = t.role("s", spawn(server))
-- the first answer ends monitor and alias
local ref = ask(s, "reply_demonitor", 2)
t.say("got", t.next())
t.quiet("then")
t.say("monitors", t.set(process_info(self()).monitors))
t.say("demonitor", demonitor(ref))
t.say("unalias", unalias(ref))
-- demonitor does
ref = ask(s, "demonitor", 2)
t.say("got", t.next())
t.say("got", t.next())
t.say("demonitor", demonitor(ref))
s ! {"call", ref, 1}
t.quiet("then")
t.say("unalias", unalias(ref))
-- unalias alone: the monitor stays
ref = ask(s, "demonitor", 1)
t.say("got", t.next())
t.say("unalias", unalias(ref))
s ! {"call", ref, 1}
t.quiet("then")
t.say("demonitor", demonitor(ref))
-- neither demonitor nor DOWN end this one
ref = ask(s, "explicit_unalias", 1)
t.say("got", t.next())
t.say("demonitor", demonitor(ref))
t.say("monitors", t.set(process_info(self()).monitors))
s ! {"call", ref, 1}
t.say("got", t.next())
t.say("unalias", unalias(ref))
t.say("again", unalias(ref))
s ! {"call", ref, 1}
t.quiet("then")
ref = ask(s, "explicit_unalias", 0)
local reply = ask(s, "reply_demonitor", 0)
local other = ask(s, "demonitor", 0)
s ! {"end", "over"}
for _ = 1, 3 do receive case {"DOWN", _, reason = r} then t.say("down", r) end end
reply ! "to reply"
other ! "to demonitor"
ref ! "to explicit"
t.say("got", t.next())
t.quiet("then")
t.say("unalias", {unalias(ref), unalias(reply), unalias(other)})
t.say("unknown mode", t.fails(monitor, s, {alias = "no such mode"}))
