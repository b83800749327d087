-- Names are given and taken by others than those who have them, while they end:
-- after the DOWN no name leads to the dead, and nobody has two.
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local N, FEW = math.max(2000 // SCALE, 50), 4
local me = self()

local function waits() receive case "end" then end end
local function ends() end

local function churn(id)
  local wrong, given = 0, 0
  for i = 1, N do
    local name, other = "name" .. (i + id) % FEW, "other" .. id
    local p, ref = spawn_monitor(i % 2 == 0 and waits or ends)
    if pcall(register, name, p) then
      given = given + 1
      -- unless it lost the first meanwhile, it cannot have a second
      if pcall(register, other, p) and whereis(name) == p then wrong = wrong + 1 end
    end
    if i % 5 == 0 then pcall(unregister, name) end
    if i % 3 == 0 then exit(p, "kill") else p ! "end" end
    receive case {"DOWN", ^ref} then end
    if whereis(name) == p or whereis(other) == p then wrong = wrong + 1 end
    if pcall(register, name, p) then wrong = wrong + 1 end
  end
  me ! {"churned", wrong, given > 0}
end

for id = 1, 6 do spawn(churn, id) end
local wrong, given = 0, true
for _ = 1, 6 do
  receive case {"churned", w, g} then wrong, given = wrong + w, given and g end
end
print(wrong, given)                --> 0	true
local left = 0
for i = 0, 9 do
  if whereis("name" .. i) or whereis("other" .. i) then left = left + 1 end
end
print(left)                        --> 0

-- Many spawn the same name at once: one has it.
local function named()
  local ok, p = pcall(spawn, {name = "only"}, waits)
  me ! {"spawned", ok and p or false}
end
for _ = 1, 20 do spawn(named) end
local who = 0
for _ = 1, 20 do
  receive case {"spawned", p} then if p then who = who + 1 assert(whereis("only") == p) end end
end
print(who)                         --> 1

-- To a name whose process ends: it arrives or is dropped, or the name has gone.
local ref = monitor("only")
spawn(function() for _ = 1, 1000 do if not pcall(send, "only", "x") then break end end me ! "sent" end)
send("only", "end")
receive case {"DOWN", ^ref, reason = r} then print(r) end          --> normal
receive case "sent" then end
print((pcall(send, "only", "x")))  --> false

-- demonitor of somebody else's alias leaves it alone.
local mine = monitor(spawn(waits), {alias = true})
spawn(function() demonitor(mine) mine ! "answer" end)
print(receive())                   --> answer
