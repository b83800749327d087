-- After unlink the two live and die apart.
local me = self()
local p = spawn(function() receive case "end" then exit("bad") end end)
local q, ref = spawn_monitor(function()
  link(p)
  unlink(p)
  me ! "ready"
  receive case "stop" then end
end)
receive case "ready" then end
p ! "end"
receive case {"DOWN", ^ref} then print("died") after 20 then print("lives") end    --> lives
q ! "stop"
receive case {"DOWN", ^ref, reason = r} then print(r) end      --> normal

-- unlink of what was never linked is fine.
print(unlink(p), unlink(q))        --> true	true
