-- Whoever hears of an end finds the name free: after DOWN, and after EXIT.
local t = require("trace")
process_flag("trap_exit", true)
local function named(name)
  return function() register(name, self()) receive case "end" then end end
end
local found, wrong = 0, 0
for i = 1, 30 do
  local p, ref
  if i % 2 == 0 then p = spawn_link(named("worker")) else p, ref = spawn_monitor(named("worker")) end
  while whereis("worker") ~= p do sleep(1) end
  p ! "end"
  receive
    case {"DOWN", ^ref} if ref then
    case {"EXIT", ^p} then
  end
  if whereis("worker") then found = found + 1 end
  if t.fails(send, "worker", "hello") == "ok" then wrong = wrong + 1 end
end
t.say("found", found)
t.say("sent", wrong)
-- and a new one can have it at once
register("worker", self())
send("worker", "hello")
t.say("got", t.next())
