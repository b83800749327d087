-- exit(pid, reason) in all its forms.
local me = self()
local function waiter() receive case "never" then end end
-- A second signal tells whether the first was ignored: they come in order.
local function killed_by(reason, f)
  local p, ref = spawn_monitor(f or waiter)
  exit(p, reason)
  exit(p, "ignored")
  receive
    case {"DOWN", ^ref, reason = r} then return r
  end
end
print(killed_by("bad"))            --> bad
print(killed_by("kill"))           --> killed
print(killed_by("shutdown"))       --> shutdown
print(killed_by("normal"))         --> ignored
print(killed_by({"table"})[1])     --> table

-- kill cannot be trapped.
print(killed_by("kill", function() process_flag("trap_exit", true); waiter() end))   --> killed

-- exit in a process that is busy, in a loop without calls.
print(killed_by("stop that", function() while true do end end))    --> stop that

-- To the dead: nothing happens.
local p, ref = spawn_monitor(function() end)
receive case {"DOWN", ^ref} then end
print(exit(p, "late"))             --> true

-- What is no process gets none: an error, and not the own end.
print((pcall(exit, whereis("nobody"), "bad")))     --> false
print((pcall(exit, "nobody", "bad")))              --> false

-- To oneself with a reason, trapped: a message.
process_flag("trap_exit", true)
exit(me, "to myself")
receive case {"EXIT", ^me, reason = r} then print(r) end       --> to myself

-- To oneself it has been handled when exit returns: trapped it is there, else
-- nothing follows.
exit(me, "second")
receive case {"EXIT", ^me, reason = r} then print(r) else print("not there") end   --> second
p, ref = spawn_monitor(function() exit(self(), "bad"); me ! "not reached" end)
receive case {"DOWN", ^ref, reason = r} then print(r) end      --> bad
p, ref = spawn_monitor(function() exit(self(), "normal"); me ! "not reached" end)
receive case {"DOWN", ^ref, reason = r} then print(r) end      --> normal
receive case "not reached" then print("went on") else print("ended") end           --> ended

-- Its links hear "killed", not "kill".
local a = spawn_link(waiter)
local b, rb = spawn_monitor(function() link(a); me ! "linked"; waiter() end)
receive case "linked" then end
exit(a, "kill")
receive case {"DOWN", ^rb, reason = r} then print(r) end       --> killed
