-- A monitor sends one DOWN with the reason when its process ends.
local function ends(f, ...)
  local p, ref = spawn_monitor(f, ...)
  receive
    case {"DOWN", ^ref, pid = ^p, reason = r} then return r
  end
end
print(ends(function() end))                    --> normal
print(ends(function() return 1, 2 end))        --> normal
print(ends(exit))                              --> normal
print(ends(exit, "shutdown"))                  --> shutdown
print(ends(exit, 42))                          --> 42
print(ends(exit, {code = 7}).code)             --> 7
print(ends(function() exit("from inside") end))    --> from inside
print(ends(function() pcall(exit, "not caught") error("still alive") end))   --> not caught

-- Several monitors on one process give several messages.
local p = spawn(function() receive case "end" then end end)
local a, b, c = monitor(p), monitor(p), monitor(p)
print(a ~= b and b ~= c)                       --> true
p ! "end"
receive case {"DOWN", ^c} then end
receive case {"DOWN", ^a} then end
receive case {"DOWN", ^b} then end
print(receive(0))                              --> nil	timeout

-- What a process sent arrives before its DOWN.
local me = self()
local q, ref = spawn_monitor(function() for i = 1, 3 do me ! i end end)
print(receive(), receive(), receive(), receive()[1])   --> 1	2	3	DOWN

-- Of oneself: no message, ever.
monitor(self())
print(receive(10))                             --> nil	timeout
