-- Random networks of processes with tiny mailboxes: whoever sends to a full one
-- is held back, but never for ever. tests/cli/mailboxes.py runs this under 1,000
-- seeds, and shows that it fails without the chain rule.
--
-- A network is a graph. In each round a node takes one message from each edge that
-- leads to it, in an order of its own, and sends one along each that leaves it, in
-- another one. Edges that lead back have a message to begin with, so with endless
-- mailboxes each node comes to its last round. Some nodes ask a server meanwhile,
-- which may ask another; some sleep; strangers send what nobody takes, and are
-- killed while they are held back.
local rand = math.random
local main = self()

local function shuffled(t)
  for i = #t, 2, -1 do
    local j = rand(i)
    t[i], t[j] = t[j], t[i]
  end
  return t
end

local function call(server, what)
  local ref <close> = monitor(server, {alias = true})
  server ! {"call", ref, what}
  receive
    case {^ref, answer} then return answer
    case {"DOWN", ^ref, reason = reason} then error(reason)
  end
end

local function server(behind)
  while true do
    receive
      case {"call", ref, what} then
        if behind then what = call(behind, what) else sleep(rand(0, 1)) end
        ref ! {ref, what}
    end
  end
end

local function node(name, rounds, ins, outs, servers)
  local to
  receive case {"start", pids} then to = pids end
  for round = 1, rounds do
    for _, edge in ipairs(shuffled(ins)) do
      receive case {"item", ^edge, n} then assert(n == round, "out of order") end
    end
    if rand(4) == 1 then sleep(rand(0, 2)) end
    if #servers > 0 and rand(3) == 1 then
      assert(call(servers[rand(#servers)], round) == round)
    end
    for _, out in ipairs(shuffled(outs)) do
      to[out.to] ! {"item", out.edge, round + out.ahead}
    end
  end
  main ! {"done", name}
end

local function stranger(victims)
  while true do victims[rand(#victims)] ! {"noise"} end
end

local shape = ({"ring", "mesh", "pipeline", "star"})[rand(4)]
local n, rounds, limit = rand(2, 9), rand(3, 12), rand(5) == 1 and 2 or 1
local ins, outs, edges = {}, {}, 0
for i = 1, n do ins[i], outs[i] = {}, {} end
local function connect(from, to)
  edges = edges + 1
  local back = to <= from and 1 or 0
  table.insert(ins[to], edges)
  table.insert(outs[from], {edge = edges, to = to, ahead = back})
  return back == 1 and {to, edges} or nil
end
local tokens = {}
local function edge(from, to) tokens[#tokens + 1] = connect(from, to) end
if shape == "ring" then
  for i = 1, n do edge(i, i % n + 1) end
elseif shape == "pipeline" then
  for i = 1, n - 1 do edge(i, i + 1) end
elseif shape == "star" then
  for i = 2, n do edge(i, 1) edge(1, i) end
end
if shape == "mesh" or rand(3) == 1 then
  for _ = 1, rand(n, 3 * n) do edge(rand(n), rand(n)) end
end

local servers = {}
for i = 1, rand(0, 3) do
  servers[i] = spawn({mailbox = 1, background = true}, server, servers[rand(i)])
end
local pids = {}
for i = 1, n do
  local bounds = rand(4) > 1 and {limit = limit, overflow = "block"} or nil
  pids[i] = spawn_link({mailbox = bounds}, node, i, rounds, ins[i], outs[i], servers)
end
local strangers = {}
if rand(3) == 1 then
  for i = 1, rand(3) do strangers[i] = spawn({background = true, mailbox = 1}, stranger, {pids[1], pids[n]}) end
end
for _, t in ipairs(tokens) do pids[t[1]] ! {"item", t[2], 1} end
for i = 1, n do pids[i] ! {"start", pids} end
for i, p in ipairs(strangers) do
  if rand(2) == 1 then sleep(rand(0, 2)) end
  exit(p, "kill")
end
for i = 1, n do
  receive case {"done", ^i} then end
end
print("all are done")          --> all are done
