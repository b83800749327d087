-- slow
-- Long texts are compiled elsewhere while the process waits: others run, the
-- results are those of any load, and a process may be killed meanwhile.
local scale = tonumber(os.getenv("MOONLET_SCALE")) or 1
local n = 200000 // scale + 500
local text = ("x = (x or 0) + 1\n"):rep(n)

print(load(text)())                                     -->
print(x == n)                                           --> true
local env = {}
load(text, "=name", "t", env)()
print(env.x == n, x == n)                               --> true	true
local f, why = load(text .. "x = = 1", "=name")
print(f, why == "name:" .. n + 1 .. ": unexpected symbol near '='")   --> nil	true
local i = 0
f = load(function()
  i = i + 1
  if i <= n then return "y = (y or 0) + 1\n" end
end)
f()
print(y == n)                                           --> true
print(select("#", load(text, text)), load("return 7", text)())       --> 1	7

-- many at once, some of them killed
local pids = {}
for k = 1, 20 do
  pids[k] = spawn_monitor(function(boss) load(text)() boss ! {"x", x} end, self())
end
for k = 1, 20, 2 do exit(pids[k], "kill") end
local ended, right = 0, 0
while ended < 20 do
  receive
    case {"x", v} then if v == n + n then right = right + 1 end
    case {"DOWN", _} then ended = ended + 1
  end
end
print(right >= 10)                                      --> true

-- the neighbour has its turns, if it takes long enough
local turns, boss = 0, self()
local pid = spawn(function()
  local count = 0
  while true do
    receive case "stop" then boss ! count return after 0 then count = count + 1 end
  end
end)
load(text)
pid ! "stop"
receive case c then print(c > 1 or scale > 1) end       --> true
