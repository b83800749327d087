-- Links, rule by rule as Erlang/OTP documents them.
process_flag("trap_exit", true)
local function waiter() receive case "end" then end end
local function ended(p, ref)
  ref = ref or monitor(p)
  receive case {"DOWN", ^ref, reason = r} then return r end
end
local function next_exit()
  receive
    case {"EXIT", p, reason = r} then return p, r
    after 20 then return "nothing"
  end
end

-- A link to the dead: an exit signal, as from a process that had just ended.
local dead = spawn(function() end)
ended(dead)
print(link(dead))                               --> true
local p, r = next_exit()
print(p == dead, r)                             --> true	noproc
-- ... which ends a process that does not trap exits,
print(ended(spawn_monitor(function() link(dead) waiter() end)))     --> noproc
-- ... but not after unlink: then no exit signal of that link counts. (One may have come before.)
local ref
p, ref = spawn_monitor(function()
  process_flag("trap_exit", true)
  link(dead)
  unlink(dead)
  receive case {"EXIT", ^dead} then after 0 then end
  receive case {"EXIT"} then exit("late") case "end" then end
end)
p ! "end"
print(ended(p, ref))                                 --> normal

-- Linked twice is linked once: one signal, one unlink.
p = spawn(waiter)
link(p) link(p)
unlink(p)
p ! "end"
print(next_exit())                              --> nothing
p = spawn(waiter)
link(p) link(p)
p ! "end"
print(select(2, next_exit()), next_exit())      --> normal	nothing

-- Both may ask for the same link.
local me = self()
p, ref = spawn_monitor(function() link(me) me ! "linked" waiter() end)
link(p)
receive case "linked" then end
unlink(p)
p ! "end"
print(ended(p, ref), next_exit())               --> normal	nothing

-- unlink of what is not linked, link and unlink to oneself: nothing.
print(unlink(p), link(self()), unlink(self()))  --> true	true	true
print(#process_info().links)                    --> 0

-- unlink and link again: linked.
p = spawn(waiter)
link(p) unlink(p) link(p)
p ! "end"
print(select(2, next_exit()), next_exit())      --> normal	nothing

-- The reason "normal" of a linked process ends nobody; any other does.
p, ref = spawn_monitor(function() spawn_link(function() end) sleep(5) waiter() end)
p ! "end"
print(ended(p, ref))                            --> normal
print(ended(spawn_monitor(function() spawn_link(function() exit("shutdown") end) waiter() end)))   --> shutdown

-- Through a chain of links the first reason travels.
p, ref = spawn_monitor(function()
  spawn_link(function()
    spawn_link(function() exit({"deep", 3}) end)
    waiter()
  end)
  waiter()
end)
r = ended(p, ref)
print(r[1], r[2])                               --> deep	3
