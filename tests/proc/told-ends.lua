-- DOWN and EXIT become tables when somebody looks at them: whatever a receive does with
-- them, however full the heap is, and however many wait.
local me = self()
process_flag("trap_exit", true)

local function gone(reason) return function() receive case "go" then exit(reason) end end end

-- Bound, taken as a whole, held by a guard, passed over.
local held, bad = {}, 0
for i = 1, 600 do
  local filler = {}
  for k = 1, i % 23 do filler[k] = {k} end
  local linked = i % 3 == 0
  local p, ref
  if linked then p = spawn_link(gone("enough")) else p, ref = spawn_monitor(gone("enough")) end
  p ! "go"
  local it
  if i % 4 == 0 then
    receive
      case {"DOWN", r, pid = q, reason = why} then it = {"DOWN", r, q, why}
      case {"EXIT", q, reason = why} then it = {"EXIT", q, q, why}
    end
  elseif i % 4 == 1 then
    receive case all: table then it = {all[1], all[2], all.pid or all[2], all.reason}; held[#held + 1] = all end
  elseif i % 4 == 2 then
    receive case {_, r, ...more} if (function() local t = {r} return t[1] == (ref or p) end)() then
      it = {linked and "EXIT" or "DOWN", r, more.pid or r, more.reason}
    end
  else
    me ! "another"
    receive case "another" then end
    local all
    receive case {_, r, reason = why} if why == "enough" then all = {linked and "EXIT" or "DOWN", r, p, why} end
    it = all
  end
  if it[1] ~= (linked and "EXIT" or "DOWN") or it[2] ~= (ref or p) or it[3] ~= p or it[4] ~= "enough" then bad = bad + 1 end
end
print(bad, #held, held[1] ~= held[2], held[3].reason) --> 0	150	true	enough

-- They are tables as others are: pairs, writing, as a key, sent on.
local p, ref = spawn_monitor(gone("normal"))
p ! "go"
receive case all: table then
  local keys = {}
  for k, v in pairs(all) do keys[#keys + 1] = tostring(k) end
  table.sort(keys)
  print(table.concat(keys, " "), #all, all.pid == p, all.reason, all.name) --> 1 2 pid reason	2	true	normal	nil
  all.more, all[3] = {1}, 2
  local set = {[all] = "found"}
  me ! all
  receive case copy: table then
    print(copy.more[1], copy[3], copy[2] == ref, copy.pid == p, set[copy], set[all]) --> 1	2	true	true	nil	found
  end
end
local q = spawn_link(gone("normal"))
q ! "go"
receive case all: table then
  local keys = {}
  for k in pairs(all) do keys[#keys + 1] = tostring(k) end
  table.sort(keys)
  all.pid, all.name = "free", "to set"
  print(table.concat(keys, " "), all[2] == q, all.reason, all.pid, all.name) --> 1 2 reason	true	normal	free	to set
end

-- Other reasons and a name.
register("told", spawn(gone({"a", {"table"}})))
local named = monitor("told")
whereis("told") ! "go"
receive case {"DOWN", r, reason = {"a", {x}}, name = n} then print(r == named, x, n) end --> true	table	told
local t, tref = spawn_monitor(gone(("a"):rep(200)))
t ! "go"
receive case {"DOWN", r, reason = why} then print(r == tref, #why) end --> true	200

-- Very many wait, among others, and are found by what they are.
local refs, n = {}, 3000
for i = 1, n do
  local one, r = spawn_monitor(gone("many"))
  refs[i] = r
  one ! "go"
end
sleep(20)
for i = 1, 100 do me ! {"between", i} end
collectgarbage()
local found, between = 0, 0
for i = n, 1, -3 do
  local r = refs[i]
  receive case {"DOWN", ^r, reason = "many"} then found = found + 1 end
end
for i = 2, n, 3 do demonitor(refs[i], "flush") end
for i = 1, 100 do receive case {"between", ^i} then between = between + 1 end end
collectgarbage()
local rest = {}
for i = 1, n, 3 do rest[refs[i]] = true end
for i = 1, n, 3 do
  receive case {"DOWN", r, reason = "many"} then
    if rest[r] then found = found + 1 end
    rest[r] = nil
  end
end
receive case any then print("more", any) after 0 then print(found, between) end --> 2000	100

-- What a mailbox holds is told, and is nothing when all is read: packed ones that a guard holds as well.
local function kept()
  collectgarbage()
  collectgarbage()
  return process_info(me).memory
end
local before = kept()
for i = 1, 3000 do
  me ! {"x", i}
  receive case {"x", k} if (function() return k == i end)() then end
end
for i = 1, 300 do
  local one = spawn_monitor(gone("enough"))
  one ! "go"
  receive case {"DOWN", _, reason = why} if (function() return why == "enough" end)() then end
end
print(kept() < before + 20000) --> true
