-- An end goes around a ring of links; a normal one does not.
local t = require("trace")
local me = self()
local function member(i, first, count)
  if i < count then
    local nxt = spawn(member, i + 1, first or self(), count)
    link(nxt)
  else
    link(first)
  end
  me ! {"member", i, self()}
  receive case {"end", why} then exit(why) end
end
local function ring(count, at, why)
  spawn(member, 1, nil, count)
  local refs, pids = {}, {}
  for i = 1, count do
    receive case {"member", ^i, pid} then pids[i], refs[i] = pid, monitor(pid) end
  end
  pids[at] ! {"end", why}
  local ends = {}
  if why == "normal" then
    t.say("the one", t.down(refs[at]))
    pids[at % count + 1] ! {"end", "second"}
  end
  for i = 1, count do
    if why ~= "normal" or i ~= at then ends[#ends + 1] = t.down(refs[i]) end
  end
  t.say("ring", ends)
end
ring(6, 3, "broken")
ring(5, 5, {"shutdown", 1})
ring(4, 1, "normal")
t.quiet("then")
