-- A process with very many links, watchers, monitors and unread messages ends
-- without keeping others waiting; each that it was tied to hears of it once.
-- slow
local scale = tonumber(os.getenv("MOONLET_SCALE") or 1)
local N = 100000 // scale
local M = N // 4                -- of each other kind

-- It watches M processes, and has M messages and M signals that it never reads.
local main = self()
local hub = spawn(function()
  receive
  case {"watch", others} then
    for i = 1, #others do monitor(others[i]) end
  end
  main ! "watching"
  receive case "end" then end
  exit("over")
end)

-- Linked processes count what they hear, and a second time would be counted too.
local function linked(hub)
  process_flag("trap_exit", true)
  link(hub)
  main ! "linked"
  local heard = 0
  receive case {"EXIT", ^hub, reason = "over"} then heard = heard + 1 end
  receive case "tell" then main ! {"heard", heard} case {"EXIT", ...} then main ! {"heard", 2} end
end

local function watched()
  receive case "tell" then main ! {"heard", 1} end
end

local links, others = {}, {}
for i = 1, N do links[i] = spawn(linked, hub) end
for i = 1, N do receive case "linked" then end end
for i = 1, M do others[i] = spawn(watched) end
hub ! {"watch", others}
receive case "watching" then end
local refs = {}
for i = 1, M do refs[i] = monitor(hub) end

-- It has them all, and others may go on meanwhile.
print(process_info(hub).links[N] ~= nil, process_info(hub).links[N + 1])   --> true	nil
print(process_info(others[M]).monitored_by[1] == hub)   --> true

local ticks = spawn(function()
  local n = 0
  while true do
    n = n + 1
    receive case "stop" then main ! {"ticks", n} return after 0 then end
  end
end)

hub ! "end"
for i = 1, M do hub ! {"never read", i} end
local downs, wrong, seen = 0, 0, {}
for i = 1, M do
  receive case {"DOWN", ref, reason = "over"} then
    downs = downs + 1
    seen[ref] = (seen[ref] or 0) + 1
  end
end
for i = 1, M do if seen[refs[i]] ~= 1 then wrong = wrong + 1 end end
print(downs == M, wrong)        --> true	0
print(process_info(hub))        --> nil
ticks ! "stop"
receive case {"ticks", n} then print(n > 1 or scale > 1) end    --> true

for i = 1, N do links[i] ! "tell" end
for i = 1, M do others[i] ! "tell" end
for i = 1, N + M do
  receive case {"heard", n} then if n ~= 1 then wrong = wrong + 1 end end
end
print(wrong)                    --> 0
print(receive(0))               --> nil	timeout
