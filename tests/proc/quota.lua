-- What counts against a limit of memory, and what does not.
local function reason_of(bytes, f, ...)
  local _, ref = spawn({monitor = true, memory = bytes}, f, ...)
  receive case {"DOWN", ^ref, reason = r} then return r end
end
local function ends(bytes, f, ...)
  local r = reason_of(bytes, f, ...)
  return type(r) == "table" and r[1] .. " " .. tostring(r[2]) or r
end
local K <const> = 1000

-- Garbage does not end a process whose live data fits: not that of large
-- strings, of tables, of texts made in pieces, of messages.
print(ends(300 * K, function()
  local s
  for i = 1, 100 do s = nil s = ("x"):rep(200 * K) end
end))                                                                 --> normal
print(ends(300 * K, function()
  local s = ("x"):rep(50 * K)
  for i = 1, 100 do local u = s .. s .. s end
end))                                                                 --> normal
print(ends(300 * K, function()
  local t = {}
  for i = 1, 10 do t[i] = ("x"):rep(5 * K) end
  for i = 1, 100 do local u = table.concat(t) .. table.concat(t) end
end))                                                                 --> normal
print(ends(300 * K, function()
  for i = 1, 300 do
    local t = {}
    for j = 1, 500 do t[j] = {j} end
  end
end))                                                                 --> normal
print(ends(400 * K, function()
  local keep = {}
  for i = 1, 1500 do keep[i] = {i} end                    -- a half of it lives
  for i = 1, 30000 do keep[i % 1500 + 1] = {i} end
  for i = 1, 100 do local s = ("ab"):rep(20 * K) end
end))                                                                 --> normal
print(ends(500 * K, function()
  for i = 1, 100 do
    self() ! {("x"):rep(20 * K), ("y"):rep(20 * K)}
    receive case {_, _} then end
  end
end))                                                                 --> normal
print(ends(300 * K, function()
  collectgarbage("stop")
  for i = 1, 100 * K do local t = {i} end
end))                                                                 --> normal

-- Everything that is held counts: links, monitors, timers and their messages,
-- finalisers, frozen values, code, copies under way.
local me = self()
print(ends(300 * K, function() while true do monitor(me) end end))            --> limit memory
print(ends(300 * K, function() while true do send_after(1e6, me, ("x"):rep(1000)) end end))   --> limit memory
print(ends(300 * K, function()
  local mt, keep = {__gc = print}, {}
  while true do keep[#keep + 1] = setmetatable({}, mt) end
end))                                                                 --> limit memory
print(ends(300 * K, function()
  local t = {}
  while true do t[#t + 1] = freeze({("x"):rep(1000)}) end
end))                                                                 --> limit memory
print(ends(300 * K, function() local f while true do f = freeze({f, 1, 2, 3}) end end))       --> limit memory
print(ends(500 * K, function()
  local t = {}
  for i = 1, 3 * K do t[i] = {i} end
  while true do me ! t end                                -- a copy as large as what there is left
end))                                                                 --> limit memory
print(ends(500 * K, function()
  local t = {}
  for i = 1, 3 * K do t[i] = {i} end
  spawn(function() print(#t) end)
end))                                                                 --> limit memory
receive case {...} as t then print(#t) after 0 then print("nothing came") end  --> nothing came

-- A frozen value counts in full for each that holds it.
local big = freeze({("x"):rep(400 * K)})
print(pcall(spawn, {memory = 300 * K}, function() return #big end))
--> false	a process needs more than its limit of memory (300000)
print(ends(600 * K, function() return #big[1] end))                   --> normal
print(ends(600 * K, function()
  local p, ref = spawn_monitor(function() return #big[1] end)
end))                                                                 --> limit memory

-- No sender ends a receiver: what its realm has no room for does not arrive.
local p, ref = spawn({monitor = true, memory = 200 * K}, function()
  receive case "go" then end
  local n = 0
  while true do
    receive case {"big", s} then n = n + 1 else break end
  end
  exit(n)
end)
for i = 1, 50 do p ! {"big", ("x"):rep(20 * K)} end
p ! "go"
receive case {"DOWN", ^ref, reason = n} then print(n > 1 and n < 10) end      --> true

-- Who sends what finds no room is told so, also where the mailbox has no limit of
-- its own: the group has.
local mine = self()
local p, ref = spawn({monitor = true, memory = 400 * K, mailbox = 1000}, function()
  local hog = spawn_link(function()
    local t = {}
    for i = 1, 12 do t[i] = ("x"):rep(20 * K) end
    mine ! "hogged"
    receive case "never" then print(#t) end
  end)
  receive case "end" then end
end)
receive case "hogged" then end
local sent = 0
while send(p, ("x"):rep(20 * K)) and sent < 100 do sent = sent + 1 end
print(sent < 10, process_info(p).mailbox.messages == sent)            --> true	true
p ! "end"
receive case {"DOWN", ^ref, reason = r} then print(r) end             --> normal

-- Nor does one who ends: a reason that there is no room for is not told.
local watcher
watcher, ref = spawn({monitor = true, memory = 1000 * K}, function()
  local known, unknown = 0, 0
  receive case {"watch", list} then for _, p in ipairs(list) do monitor(p) end end
  mine ! "watched"
  receive case "all have ended" then end
  for _ = 1, 50 do
    receive
      case {"DOWN", _, reason = "unknown"} then unknown = unknown + 1
      case {"DOWN", _, reason = {text: string}} then known = known + 1
    end
  end
  exit({known, unknown})
end)
local list = {}
for i = 1, 50 do
  list[i] = spawn(function() receive case "end" then exit({("y"):rep(300 * K) .. i}) end end)
end
watcher ! {"watch", list}
receive case "watched" then end
for _, p in ipairs(list) do
  local r = monitor(p)
  p ! "end"
  receive case {"DOWN", ^r} then end
end
watcher ! "all have ended"
receive case {"DOWN", ^ref, reason = {known, unknown}} then print(known >= 1, known <= 3, known + unknown) end
--> true	true	50

-- Nothing was ever more than 64 KiB over its limit.
print(debug.ledger().overdraft <= 65536)                              --> true
os.exit(true)                           -- timers are left that nobody waits for
