-- A process that ends badly takes its links with it; one that ends well
-- does not.
local me = self()
local function pair(reason)
  -- a is linked to b; b ends with the reason; what becomes of a?
  local a, ref = spawn_monitor(function()
    local b = spawn_link(function() receive case "end" then exit(reason) end end)
    me ! b
    receive case "stop" then end
  end)
  receive case b: pid then b ! "end" end
  receive
    case {"DOWN", ^ref, reason = r} then return r
    after 300 then a ! "stop" return "lives"
  end
end
print(pair("bad"))                 --> bad
print(pair("normal"))              --> lives
print(pair("shutdown"))            --> shutdown
print(pair(99))                    --> 99

-- A chain of links goes down from end to end.
local function chain(n)
  if n > 0 then spawn_link(chain, n - 1) else me ! self() end
  receive case "never" then end
end
local p, ref = spawn_monitor(chain, 100)
receive case last: pid then exit(last, "fall") end
receive case {"DOWN", ^ref, reason = r} then print(r) end      --> fall

-- link works both ways, and once is as good as twice.
local q = spawn(function() receive case "never" then end end)
local w, r2 = spawn_monitor(function() link(q); link(q); me ! "linked"; receive case "end" then exit("w ended") end end)
local r3 = monitor(q)
receive case "linked" then end
w ! "end"
receive case {"DOWN", ^r3, reason = r} then print(r) end       --> w ended
receive case {"DOWN", ^r2, reason = r} then print(r) end       --> w ended
