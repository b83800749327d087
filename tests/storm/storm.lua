-- storm.lua - the kill storm: very many processes of all sorts, and killers.
--
--     moonlet tests/storm/storm.lua [PROCESSES]
--
--     55 %  rings, whose messages carry a number for each pair
--     20 %  supervisor trees, fan-out 4, depth 4
--     10 %  watchers with 8 monitors each
--      5 %  processes that take names and give them back
--      5 %  processes with timers, some of them cancelled
--      5 %  holders of long strings that travel in messages
--
-- 16 killers choose victims and reasons by chance. One send in a hundred goes
-- to a process that is dead. Then the killers are through, the others are told
-- to stop, and the ledger of the VM must be exact: what was made has ended, each
-- message, signal, monitor, timer and name was accounted for once, each pair
-- kept its order, and the memory is back. Prints what it found; exit code 1
-- when that is not as it should be.

local N <const> = tonumber(arg[1] or os.getenv("MOONLET_STORM_PROCS") or 1000000)
local KILLERS <const>, MONITORS <const>, FAN <const> = 16, 8, 4
local HOPS <const> = 12                 -- a message in a ring goes so far
local TREE <const> = 1 + FAN + FAN ^ 2 // 1 + FAN ^ 3 // 1
local LONG <const>, NAMES <const> = 8 * 1024, 500

-- --- what all of them do ---

local limited <const> = {memory = 8 << 20}
local watching <const> = {memory = (8 << 20) + 4 * 32 * N}   -- a quarter is for mail: the list of all
local TOO_LONG <const> = 2 * watching.memory    -- an order makes them exceed it

-- Told by anybody who saw something that must not be.
local function wrong(referee, what) referee ! {"wrong", what} end

-- The orders that killers give: true when it was one.
local function obey(order)
  if order == "die" then error("told to die") end
  if order == "bloat" then return string.rep("x", TOO_LONG) end
end

-- One in a hundred goes to the dead.
local function somebody(to, dead)
  if math.random(100) == 1 then return dead end
  return to
end

-- --- rings ---

-- Nothing is lost between two who live: the numbers of a pair have no gap.
local function ring(referee)
  local me, others, dead = self(), nil, nil
  local last, sent = {}, {}
  local function pass(hops)
    local to = somebody(others[math.random(#others)], dead)
    local n = (sent[to] or 0) + 1
    sent[to] = n
    to ! {"pass", me, n, hops}
  end
  while true do
    receive
    case {"pass", from, n, hops} then
      if n ~= (last[from] or 0) + 1 then wrong(referee, "order of a pair") end
      last[from] = n
      if hops > 0 and others then pass(hops - 1) end
    case {"others", pids, corpse} then
      others, dead = pids, corpse
      pass(HOPS)
      pass(HOPS)
    case "stop" then return
    case {"order", what} then obey(what)
    end
  end
end

-- --- trees ---

local function leaf(referee, parent)
  referee ! {"node", self()}
  while true do
    receive
    case "stop" then exit("shutdown")
    case {"order", what} then obey(what)
    end
  end
end

-- Restarts what ends, until it is told to stop or its parent has ended.
local function supervisor(referee, parent, depth)
  process_flag("trap_exit", true)
  referee ! {"node", self()}
  local children = {}
  local function start()
    local child
    if depth > 1 then child = spawn_link(limited, supervisor, referee, self(), depth - 1)
    else child = spawn_link(limited, leaf, referee, self()) end
    children[child] = true
  end
  for i = 1, FAN do start() end
  while true do
    receive
    case {"EXIT", from, reason = reason} then
      if children[from] then
        children[from] = nil
        start()
      elseif from == parent or reason ~= "normal" then
        exit(reason)
      end
    case "stop" then exit("shutdown")
    case {"order", what} then obey(what)
    end
  end
end

-- --- watchers ---

-- Each monitor fires once, and none after demonitor with flush.
local function watcher(referee)
  local mine, n, pids, again = {}, 0, nil, 2 * MONITORS
  local function watch(pid)
    mine[monitor(pid)] = true
    n = n + 1
  end
  while true do
    receive
    case {"DOWN", ref, ...} then
      if not mine[ref] then wrong(referee, "DOWN of no monitor") end
      mine[ref] = nil
      n = n - 1
      if pids and again > 0 then
        again = again - 1
        watch(pids[math.random(#pids)])
      end
    case {"pids", all} then
      pids = all
      for i = 1, MONITORS do watch(pids[math.random(#pids)]) end
      local ref = next(mine)
      demonitor(ref, "flush")   -- false: its DOWN has come already, and is flushed
      mine[ref] = nil
      n = n - 1
    case "stop" then                    -- all that are watched end now
      pids = nil
      while n > 0 do
        receive case {"DOWN", ref, ...} then
          if not mine[ref] then wrong(referee, "DOWN of no monitor, at the end") end
          mine[ref] = nil
          n = n - 1
        end
      end
      return
    case {"order", what} then obey(what)
    end
  end
end

-- --- names ---

local function named(referee, k)
  local name, me = "storm-" .. k, self()
  me ! "again"
  while true do
    receive
    case "again" then
      local mine = pcall(register, name, me)
      if mine and whereis(name) ~= me then wrong(referee, "a name is another's") end
      name ! "named"
      if mine and math.random(2) == 1 then unregister(name) end
      if math.random(8) > 1 then me ! "again" end
    case "named" then
    case "stop" then return
    case {"order", what} then obey(what)
    end
  end
end

-- --- timers ---

local function timed(referee)
  local me, n, taken_back = self(), 0, {}
  local function start()
    n = n + 1
    local number = n
    local timer = send_after(math.random(20), me, {"tick", number})
    send_after(math.random(500), me, {"tick", -number})
    if math.random(3) == 1 then
      local left = cancel_timer(timer)
      if left then
        taken_back[number] = true
      else                              -- then it was sent
        receive case {"tick", ^number} then
        after 60000 then wrong(referee, "a timer neither cancelled nor sent") end
      end
      if n < 8 then return start() end
    end
  end
  start()
  while true do
    receive
    case {"tick", number} then
      if taken_back[number] then wrong(referee, "a cancelled timer was sent") end
      if number > 0 and n < 8 then start() end
    case "stop" then return
    case {"order", what} then obey(what)
    end
  end
end

-- --- long strings ---

local function holder(referee)
  local kept, others, dead = {}, nil, nil
  while true do
    receive
    case {"others", pids, corpse, text} then
      others, dead = pids, corpse
      for i = 1, 4 do somebody(others[math.random(#others)], dead) ! {"hold", text, HOPS} end
    case {"hold", text, hops} then
      if #text < LONG then wrong(referee, "a long string became short") end
      kept[#kept % 3 + 1] = text
      if hops == HOPS // 2 then text = text .. hops end
      if hops > 0 and others then
        somebody(others[math.random(#others)], dead) ! {"hold", text, hops - 1}
      end
    case "stop" then return
    case {"order", what} then obey(what)
    end
  end
end

-- --- killers ---

local function killer(referee, victims, kills)
  local large = {"because of", {}}
  for i = 1, 4000 do large[2][i] = i end        -- 64 kilobytes
  local reasons = {"kill", "kill", "kill", "normal", "shutdown", "because"}
  for i = 1, kills do
    local victim, n = victims[math.random(#victims)], math.random(100)
    if n == 1 then exit(victim, large)
    elseif n == 2 then victim ! {"order", "die"}
    elseif n == 3 then victim ! {"order", "bloat"}
    else exit(victim, reasons[math.random(#reasons)]) end
    if i % 64 == 0 then receive after 1 then end end
  end
  referee ! "killed enough"
end

-- --- the storm ---

-- What killers, watchers and neighbours may choose from is shared, frozen.
local function neighbours(pids, size, dead, more)
  for first = 1, #pids, size do
    local group = {}
    for i = first, math.min(first + size - 1, #pids) do group[#group + 1] = pids[i] end
    group = freeze(group)
    local text = more and string.rep(more, LONG)
    for i = 1, #group do assert(send(group[i], {"others", group, dead, text})) end
  end
end

local function storm(referee, n)
  local function many(share, make)
    local pids = {}
    for i = 1, math.max(1, n * share // 100) do pids[i] = make(i) end
    return pids
  end
  local here = self()
  local dead, ref = spawn_monitor(function() end)
  receive case {"DOWN", ^ref, ...} then end

  local rings = many(55, function(i) return spawn(limited, ring, referee) end)
  local watchers = many(10, function() return spawn(watching, watcher, referee) end)
  local names = many(5, function(i) return spawn(limited, named, referee, i % NAMES + 1) end)
  local timers = many(5, function() return spawn(limited, timed, referee) end)
  local holders = many(5, function() return spawn(limited, holder, referee) end)
  local roots, nodes = {}, {}
  for i = 1, math.max(1, n * 20 // 100 // TREE) do roots[i] = spawn(limited, supervisor, here, here, 3) end
  for i = 1, #roots * TREE do
    receive case {"node", pid} then nodes[i] = pid end
  end

  -- The rest is told of each other.
  local all, watched = {}, {}
  for _, pids in ipairs{rings, names, timers, holders, nodes} do
    table.move(pids, 1, #pids, #watched + 1, watched)
  end
  table.move(watched, 1, #watched, 1, all)
  table.move(watchers, 1, #watchers, #all + 1, all)
  all, watched = freeze(all), freeze(watched)
  for i = 1, #watchers do assert(send(watchers[i], {"pids", watched})) end
  neighbours(rings, 8, dead)
  neighbours(holders, 50, dead, "s")
  for i = 1, KILLERS do spawn(killer, here, all, n // 2 // KILLERS + 1) end

  local left = KILLERS
  while left > 0 do
    receive
    case "killed enough" then left = left - 1
    case {"node", ...} then             -- of a tree that was mended
    end
  end
  for i = 1, #roots do roots[i] ! "stop" end
  for i = 1, #watched do watched[i] ! "stop" end
  for i = 1, #watchers do watchers[i] ! "stop" end
  while true do
    receive
    case {"node", pid} then pid ! "stop"
    case "over" then return
    end
  end
end

-- --- the account ---

local main = self()

-- The referee hears of what must not be. It is the last to end.
local function judge()
  local found, n = {}, 0
  while true do
    receive
    case {"wrong", what} then
      found[what] = (found[what] or 0) + 1
      n = n + 1
    case {"verdict", asker} then
      asker ! {"found", n, found}
      return
    end
  end
end

local failures = 0
local function check(ok, ...)
  if ok then return end
  failures = failures + 1
  print("WRONG", ...)
end

-- Waits until nobody is left but `extra` processes and those who were here before;
-- if there are none, until all timers have fired too.
local function drain(before, extra)
  local still, seen = 0, -1
  while true do
    local l = debug.ledger()
    local alive = (l.procs - l.ended) - (before.procs - before.ended)
    if alive == extra and (extra > 0 or l.timers == l.fired + l.cancelled) then return end
    still = l.ended == seen and still + 1 or 0
    seen = l.ended
    if still > 6000 then                -- a minute in which none has ended
      check(false, alive - extra, "processes do not end")
      for i, pid in ipairs(processes()) do
        if i > 5 then return end
        local info = process_info(pid)
        print("", pid, info and info.state, info and info.messages)
      end
      return
    end
    sleep(10)
  end
end

local function exact(d)
  for _, kind in ipairs{"message", "exit", "exit2", "link", "unlink", "unlink_ack", "monitor",
                        "demonitor", "down"} do
    local sent = d["sent." .. kind]
    local done = d["handled." .. kind] + d["dropped." .. kind] + d["purged." .. kind]
    check(sent == done, kind, "sent", sent, "accounted for", done)
  end
  local function same(a, b, what) check(a == b, what, a, b) end
  same(d.procs, d.ended, "processes")
  same(d.mail, d.read + d.mail_purged, "mail")
  same(d.links, d.unlinked, "links")
  same(d.monitors, d.downs + d.demonitored + d.monitors_purged, "monitors")
  same(d.watchers, d.watchers_told + d.unwatched, "watchers")
  same(d.names, d.unnamed, "names")
  same(d.aliases, d.unaliased, "aliases")
  same(d.timers, d.fired + d.cancelled, "timers")
end

-- Bytes that are neither this process' own nor of the VM's tables. The buffer of
-- stderr, where crash reports go, is kept unless it has become large.
local function bytes()
  local last
  io.stderr:write(string.rep("\n", 1 << 18))
  io.stderr:flush()
  while true do                         -- until all of that is written
    sleep(20)
    collectgarbage()
    collectgarbage()
    local l = debug.ledger()
    local now = l.bytes - l.tables - l.own
    if now == last then return now end
    last = now
  end
end

local function run(n)
  local before = debug.ledger()
  local referee = spawn(judge)
  local it = spawn(storm, referee, n)
  local ref = monitor(it)
  drain(before, 2)
  it ! "over"
  receive case {"DOWN", ^ref, reason = reason} then check(reason == "normal", "the storm ended with", reason) end
  referee ! {"verdict", self()}
  receive case {"found", n, found} then
    for what, times in pairs(found) do check(false, what, times) end
  end
  drain(before, 0)
  local after, d = debug.ledger(), {}
  for k, v in pairs(after) do d[k] = v - before[k] end
  return d
end

-- What is made once and kept is made now: names of fields, symbols.
for k = 1, NAMES do
  register("storm-" .. k, main)
  unregister("storm-" .. k)
end
for i = 1, 2 do
  exact(run(400))
  bytes()
end

local base = bytes()
local d = run(N)
exact(d)
local left = bytes() - base
check(left == 0, "bytes that did not come back:", left)
print(("%d processes, %d messages, %d exit signals, %d DOWNs, %d timers, %d names: %s"):format(
  d.procs, d["sent.message"], d["sent.exit"] + d["sent.exit2"], d.downs, d.timers, d.names,
  failures == 0 and "exact" or failures .. " things are wrong"))
os.exit(failures == 0)
