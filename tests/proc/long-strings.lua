-- Long strings in patterns of receive, and others run while they are joined,
-- compared and looked up.
local n = 3000000 // (tonumber(os.getenv("MOONLET_SCALE")) or 1) + 40000
local a = ("x"):rep(n)
local b = a:sub(1, -2) .. "x"
local c = a:sub(1, -2) .. "y"

self() ! { c, 1 }
self() ! { b, 2 }
receive case { ^a, x } then print(x) end                --> 2
receive case { ^a, x } then print("a", x)
        case { ^c, x } then print("c", x) end           --> c	1

-- a neighbour counts its turns while one instruction is at work
local function turns_during(f)
  local boss = self()
  local pid = spawn(function()
    local turns = 0
    boss ! "ready"
    while true do
      receive case "stop" then boss ! turns return
        after 0 then turns = turns + 1 end
    end
  end)
  receive case "ready" then end
  for _ = 1, 5 do f() end
  pid ! "stop"
  receive case x then return x end
end

print(turns_during(function() return a .. c end) >= 5)              --> true
print(turns_during(function() return a == b end) >= 5)              --> true
print(turns_during(function() return a < c end) >= 5)               --> true
print(turns_during(function() return ({})[a:sub(1, -2) .. "x"] end) >= 5)  --> true
