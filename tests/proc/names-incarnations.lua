-- A service that is killed and started again under its name, over and over, while
-- others use the name: whoever heard of an incarnation is never answered by an
-- older one, and a name is free when anybody has heard of the end.
local ROUNDS, CLIENTS = 200, 4
local boss = self()

local function service(n)
  while true do
    receive case {"ask", ref} then ref ! {ref, n} end
  end
end

-- Asks for as long as it lives; at least the incarnation it has heard of must answer.
local function client()
  local heard, answers, ends, wrong = 0, 0, 0, 0
  while true do
    while true do                               -- the last news
      receive
        case {"lives", n} then heard = n
        case "report" then boss ! {"report", answers, ends, wrong} return
        else break
      end
    end
    local ref <close> = monitor("service", {alias = true})
    pcall(send, "service", {"ask", ref})        -- an error: nobody has the name
    receive
      case {^ref, n} then
        answers = answers + 1
        if n < heard then wrong = wrong + 1 end
      case {"DOWN", ^ref, ...} then ends = ends + 1
      after 1 then
    end
  end
end

local clients = {}
for i = 1, CLIENTS do clients[i] = spawn(client) end
local free, mine = 0, 0
for n = 1, ROUNDS do
  local p, ref = spawn({monitor = true, name = "service"}, service, n)
  if whereis("service") == p then mine = mine + 1 end
  for _, c in ipairs(clients) do c ! {"lives", n} end
  local a <close> = alias()
  send("service", {"ask", a})
  receive case {^a, k} then assert(k == n) end
  exit(p, "kill")
  receive case {"DOWN", ^ref, ...} then end
  if whereis("service") == nil and not pcall(send, "service", "x") then free = free + 1 end
end
print(mine, free)                               --> 200	200

local answers, ends, wrong = 0, 0, 0
for _, c in ipairs(clients) do
  c ! "report"
  receive case {"report", a, e, w} then answers, ends, wrong = answers + a, ends + e, wrong + w end
end
print(wrong, answers + ends > 0)                --> 0	true
