-- Exit signals, rule by rule as Erlang/OTP documents them.
local function waiter() receive case "end" then end end
local function reason_of(f, ...)
  local p, ref = spawn_monitor(f, ...)
  receive case {"DOWN", ^ref, reason = r} then return r end
end

-- One's own exit("kill") is a reason like any other: who is linked and traps
-- exits gets the message, who does not ends with that reason.
print(reason_of(function() exit("kill") end))                           --> kill
print(reason_of(function()
  spawn_link(function() exit("kill") end)
  waiter()
end))                                                                   --> kill
print(reason_of(function()
  process_flag("trap_exit", true)
  spawn_link(function() exit("kill") end)
  receive case {"EXIT", _, reason = r} then exit("heard " .. r) end
end))                                                                   --> heard kill
-- exit(pid, "kill") cannot be trapped, and is heard of as "killed".
print(reason_of(function()
  process_flag("trap_exit", true)
  exit(self(), "kill")
  exit("went on")
end))                                                                   --> killed

-- An exit signal to oneself arrives before exit returns.
print(reason_of(function() exit(self(), "oneself") exit("went on") end))    --> oneself
print(reason_of(function() exit(self(), "normal") exit("went on") end))     --> normal
print(reason_of(function()
  process_flag("trap_exit", true)
  exit(self(), "normal")
  receive
    case {"EXIT", p, reason = r} then exit({p == self(), r})
    else exit("not there yet")
  end
end)[2])                                                                --> normal

-- What arrives while exits are trapped is a message, also if it is read later.
print(reason_of(function()
  process_flag("trap_exit", true)
  exit(self(), "while trapping")
  process_flag("trap_exit", false)
  receive case {"EXIT", _, reason = r} then exit(r .. ": message") end
end))                                                                   --> while trapping: message
-- What arrived before trap_exit was set is none.
local me = self()
local p, ref = spawn_monitor(function()
  me ! "ready"
  while not whereis("sent") do end              -- signals come meanwhile
  process_flag("trap_exit", true)
  waiter()
end)
receive case "ready" then end
exit(p, "before it was set")
register("sent", self())
receive case {"DOWN", ^ref, reason = r} then print(r) end               --> before it was set

-- process_flag gives the old value.
print(process_flag("trap_exit", true), process_flag("trap_exit", false), process_flag("trap_exit", false))
--> false	true	false
print(process_flag("priority", "high"), process_flag("priority", "low"), process_flag("priority", "normal"))
--> normal	high	low
print((pcall(process_flag, "priority", "max")), (pcall(process_flag, "unknown", 1)))    --> false	false
-- Priority and trap_exit are not inherited.
process_flag("priority", "high")
process_flag("trap_exit", true)
p = spawn(waiter)
print(process_info(p).priority, process_info(p).trap_exit)              --> normal	false
