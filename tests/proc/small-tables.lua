-- A large message of many small tables: what is the same stays the same, what is in a
-- circle stays in it, and the sender's tables are as they were, sent or not.
local me = self()
local shared, empty = {"shared", 1}, {}
local text = string.rep("x", 3) .. #empty          -- made while running: it is copied

local function make(n)
  local list = {}
  for i = 1, n do
    local it
    if i % 7 == 0 then it = shared
    elseif i % 7 == 1 then it = {i, text}
    elseif i % 7 == 2 then it = {i, {i, shared}}
    elseif i % 7 == 3 then it = {i, list}
    elseif i % 7 == 4 then it = empty
    elseif i % 7 == 5 then it = {i, nil, i / 2, true, me, "word"}
    else it = {name = i} end
    list[i] = it
  end
  return list
end

-- How many of n are not what `make` made of them.
local function wrong(list, n)
  local bad, one, none = 0, list[7], list[4]
  for i = 1, n do
    local it, right = list[i], nil
    if i % 7 == 0 then right = it == one and it[1] == "shared" and #it == 2
    elseif i % 7 == 1 then right = it[1] == i and it[2] == "xxx0"
    elseif i % 7 == 2 then right = it[1] == i and it[2][1] == i and it[2][2] == one
    elseif i % 7 == 3 then right = it[1] == i and it[2] == list
    elseif i % 7 == 4 then right = it == none and next(it) == nil
    elseif i % 7 == 5 then right = it[1] == i and it[3] == i / 2 and it[4] and it[5] == me and it[6] == "word"
    else right = it.name == i and #it == 0 end
    if not right then bad = bad + 1 end
  end
  return bad
end

local n = 6000
local list = make(n)
me ! {"take", list}
receive case {"take", copy} then
  print(wrong(copy, n), wrong(list, n), copy ~= list, copy[7] ~= shared) --> 0	0	true	true
  copy[7][1] = "changed"
  copy[4].new = 1
  print(list[7][1], next(empty), #copy == n) --> shared	nil	true
end

-- As keys: identities are new, and found.
local set = {}
for i = 1, 300 do
  local key = {i}
  set[i] = key
  set[key] = i
end
me ! set
receive case copy then
  local found = 0
  for i = 1, 300 do
    if copy[copy[i]] == i and copy[set[i]] == nil then found = found + 1 end
  end
  print(found) --> 300
end

-- What cannot be sent is met behind all the others.
list[n + 1] = {1, {coroutine.create(print)}}
print(pcall(function() me ! list end)) --> false	tests/proc/small-tables.lua:68: cannot send a coroutine (msg[6001][2][1])
list[n + 1] = nil
print(wrong(list, n)) --> 0

-- Collected and looked at by the receiver, in the middle of others.
local got = 0
local p = spawn(function()
  for i = 1, 20 do
    receive case {"list", l} then
      local garbage = {}
      for k = 1, 2000 do garbage[k % 10] = {k} end
      me ! {"said", wrong(l, 700)}
    end
  end
end)
local short = make(700)
for i = 1, 20 do p ! {"list", short} end
for i = 1, 20 do
  receive case {"said", bad} then if bad == 0 then got = got + 1 end end
end
print(got, wrong(short, 700)) --> 20	0
