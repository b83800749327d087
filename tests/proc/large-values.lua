-- What is large is worked on in slices: sent, frozen, given to a process,
-- collected. A process that is killed in the middle of it ends, whatever it was
-- doing.
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local N = 200000 // SCALE

local function make(n)
  local t = { names = {}, list = {} }
  for i = 1, n do
    t.list[i] = { i }
    t.names["name" .. i] = i
  end
  t.self = t
  return t
end

local function check(t, n)
  local sum = 0
  for i = 1, n do sum = sum + t.list[i][1] + t.names["name" .. i] end
  return sum == n * (n + 1) and t.self == t and #t.list == n
end

-- sent
local t = make(N)
print(check(t, N))                              --> true
local echo = spawn(function()
  receive case {"check", x, from: pid, n} then
    from ! {"checked", check(x, n), x}
  end
end)
echo ! {"check", t, self(), N}
receive case {"checked", ok, back} then
  print(ok, check(back, N), back ~= t)          --> true	true	true
end
print(check(t, N))                              --> true

-- captured, and as an argument
local me = self()
local count = 0
spawn(function(x) me ! {"child", check(t, N), check(x, N), x == t} end, t)
receive case {"child", a, b, same} then print(a, b, same) end --> true	true	true

-- frozen
local f = freeze(t)
print(isfrozen(f), check(f, N), f.self == f)    --> true	true	true
print(pcall(function() f.list[1] = nil end))    --? false\t.*frozen.*

-- what cannot be copied is found late; the marks are taken away
t.list[N // 2][2] = coroutine.create(print)
print(pcall(send, self(), t))                   --? false\t.*cannot send a coroutine \(msg\.list\[\d+\]\[2\]\).*
print(pcall(freeze, t))                         --? false\t.*cannot freeze a coroutine.*
print(pcall(spawn, print, t))                   --? false\t.*cannot give a coroutine to a process \(argument 1\.list\[\d+\]\[2\]\).*
t.list[N // 2][2] = nil
print(check(t, N))                              --> true

-- killed in the middle
for i, what in ipairs { "collect", "send", "freeze", "spawn", "grow" } do
  local victim, ref = spawn_monitor(function()
    local t = make(N)
    local child = spawn(function() receive case "never" then end end)
    me ! "ready"
    while true do
      if what == "collect" then collectgarbage()
      elseif what == "send" then child ! t
      elseif what == "freeze" then freeze(t)
      elseif what == "spawn" then exit(spawn(function(x) receive case "never" then end end, t), "kill")
      else local g = {} for i = 1, N do g["x" .. i] = i end end
    end
  end)
  receive case "ready" then end
  sleep(i)
  exit(victim, "kill")
  receive case {"DOWN", ^ref, reason = r} then print(what, r) end
end
--> collect	killed
--> send	killed
--> freeze	killed
--> spawn	killed
--> grow	killed
