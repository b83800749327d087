-- Processes that wait with `after` wake in the order of their times.
local me = self()
for _, ms in ipairs {250, 50, 150, 100, 200} do
  spawn(function()
    receive after ms then end
    me ! ms
  end)
end
local log = {}
for i = 1, 5 do log[i] = receive() end
print(table.concat(log, " "))      --> 50 100 150 200 250

-- A message in time stops the clock; the timeout does not strike later.
local p = spawn(function()
  receive case "in time" then me ! "ok" after 1000 then me ! "late" end
  receive case m then me ! m after 30 then me ! "quiet" end
end)
p ! "in time"
print(receive())                   --> ok
print(receive())                   --> quiet

-- Messages that do not fit do not start the time anew.
p = spawn(function()
  local t0 = now()
  receive case "never" then after 30 then me ! (now() - t0) end
end)
for _ = 1, 10 do p ! "noise"; sleep(5) end
local took = receive()
print(took >= 30 and took < 1000)  --> true
