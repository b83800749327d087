-- spawn with options: link, monitor, name.
local me = self()
local p, ref = spawn({monitor = true}, function(x) exit(x) end, "because")
print(type(p), type(ref))          --> pid	ref
receive case {"DOWN", ^ref, pid = ^p, reason = r} then print(r) end   --> because

process_flag("trap_exit", true)
p = spawn({link = true}, function() exit("linked end") end)
receive case {"EXIT", ^p, reason = r} then print(r) end               --> linked end

p = spawn({name = "clerk"}, function()
  receive case {"ask", from} then from ! "clerk answers" end
end)
print(whereis("clerk") == p)       --> true
send("clerk", {"ask", me})
print(receive())                   --> clerk answers

p, ref = spawn({link = true, monitor = true}, function() end)
local got = {}
for _ = 1, 2 do
  receive
    case {"DOWN", ^ref, reason = r} then got[1] = "DOWN " .. r
    case {"EXIT", ^p, reason = r} then got[2] = "EXIT " .. r
  end
end
print(got[1], got[2])              --> DOWN normal	EXIT normal

p = spawn_link(function() end)
receive case {"EXIT", ^p, reason = r} then print(r) end               --> normal
local q, r2 = spawn_monitor(function() return "results are dropped" end)
receive case {"DOWN", ^r2, pid = ^q, reason = r} then print(r) end    --> normal
print((pcall(spawn, {}, 5)))       --> false
