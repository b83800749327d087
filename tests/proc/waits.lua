-- waits(): who waits, for what, for whom, since when, where, for which patterns.
local me = self()
local function until_waits(p, kind, n)
  local w
  repeat sleep(1) w = waits(p) until w and w.kind == kind and w.messages == (n or 0)
  w.at = w.at:match("[^/]*$")
  return w
end
local function show(w)
  print(w.kind, w.on, w.at, table.concat(w.patterns, " | "))
end

-- An open receive: nobody knows who will send.
local open = spawn({name = "open"}, function()
  receive
    case "go" then
    case {"stop", why} then
  end
  receive()
end)
show(until_waits(open, "receive"))      --> receive	nil	waits.lua:15	"go" | {"stop", why}
print(waits(open).name, waits(open).pid == open, waits(open).till)      --> open	true	nil
open ! "something"
print(until_waits(open, "receive", 1).why[1])   --> "something": line 16 wants "go"; line 17 wants a table

-- Neither a question nor a message that it does not take makes it a new wait.
local since = waits(open).since
print(since <= now(), math.type(since))         --> true	integer
sleep(5)
open ! "more"
print(until_waits(open, "receive", 2).since == since)   --> true
local ref = monitor(open)
open ! "go"
receive case {"DOWN", ^ref} then end
print(waits(open), whereis("open"))             --> nil	nil

-- A reply is owed by the process that is monitored by the ref; a pid that all
-- clauses pin is waited for as well.
local server = spawn(function() receive case "never" then end end)
local caller = spawn(function()
  local ref <close> = monitor(server, {alias = true})
  server ! {"call", ref}
  receive
    case {^ref, answer} then
    case {"DOWN", ^ref} then
    after 1e6 then
  end
end)
local w = until_waits(caller, "reply")
print(w.on == server, w.at, w.till > now(), #w.patterns)       --> true	waits.lua:43	true	2
local guest = spawn(function()
  receive case {"hello", ^server} | {^server} then case {"bye", who = ^server} then end
end)
w = until_waits(guest, "receive")
print(w.on == server, w.at)                     --> true	waits.lua:52
local two = spawn(function() receive case {"hello", ^server} then case {^me} then end end)
print(until_waits(two, "receive").on)           --> nil

-- Sleep, in both forms, with the end of it.
local bed = spawn(function() sleep(1e6) end)
w = until_waits(bed, "sleep")
print(w.at, w.on, w.till > now() + 9e5, #w.patterns)    --> waits.lua:60	nil	true	0
local sofa = spawn(function() receive after 1e6 then end end)
print(until_waits(sofa, "sleep").at)            --> waits.lua:63
since = waits(bed).since
bed ! "noise"
sleep(3)
print(until_waits(bed, "sleep", 1).since == since)       --> true

-- Inside of what was called.
local deep = spawn(function()
  pcall(function()
    table.sort({2, 1}, function() receive case "sorted" then end end)
  end)
end)
show(until_waits(deep, "receive"))              --> receive	nil	waits.lua:73	"sorted"

-- All of them, without the one who asks.
local all = {}
for _, w in ipairs(waits()) do all[w.pid] = w.kind end
print(all[server], all[caller], all[guest], all[bed], all[me])  --> receive	reply	receive	sleep	nil

-- One that was asked while it waited, and runs since, does not wait any more.
local late, ms = me, 10
repeat
  if late ~= me then exit(late, "kill") end
  ms = ms * 2
  late = spawn(function() sleep(ms) while true do end end)
  sleep(1)
until waits(late)
while process_info(late).state ~= "ready" do sleep(1) end
print(waits(late))                              --> nil
exit(late, "kill")

-- One that runs or has ended does not wait.
local busy = spawn({priority = "low"}, function() while true do end end)
print(waits(busy), waits(me))                   --> nil	nil
exit(busy, "kill")
sleep(1)
print(waits(busy), pcall(waits, 5))             --> nil	false	bad argument #1 to 'waits' (pid expected, got number)
for _, p in ipairs({server, caller, guest, two, bed, sofa, deep}) do exit(p, "kill") end

-- Thousands.
local many = {}
local N = 3000 // tonumber(os.getenv("MOONLET_SCALE") or "1") + 40
for i = 1, N do many[i] = spawn(function() receive case "end" then end end) end
local found
repeat
  sleep(1)
  found = 0
  for _, w in ipairs(waits()) do found = found + (w.patterns[1] == '"end"' and 1 or 0) end
until found == N
for i = 1, N do many[i] ! "end" end
