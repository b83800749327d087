-- A stage that is slow holds back all that is in front of it: however much goes
-- through, no more than the limit waits anywhere. With endless mailboxes nearly
-- everything piles up in front of the slow stage.
local main = self()
local N <const> = 300

local function ask(server, what)
  local ref <close> = monitor(server, {alias = true})
  server ! {"call", ref, what}
  receive
    case {^ref, answer} then return answer
    case {"DOWN", ^ref, ...} then error("the server is gone")
  end
end

-- kind: what makes it slow, or nil.
local function stage(name, kind, to, server)
  local most = 0
  while true do
    receive
      case {"item", i} then
        most = math.max(most, process_info(self()).messages)
        if kind == "sleeps" then sleep(i % 3)
        elseif kind == "works" then for _ = 1, 300 do end
        elseif kind == "asks" then assert(ask(server, i) == i)
        end
        to ! {"item", i}
      case "end" then
        main ! {"most", name, most}
        to ! "end"
        return
    end
  end
end

-- How many waited at most in front of a stage.
local function pipeline(limit, kinds)
  local server = spawn(function()
    while true do
      receive
        case {"call", ref, what} then sleep(what % 3) ref ! {ref, what}
        case "stop" then return
      end
    end
  end)
  local at = spawn(function()           -- the sink
    local n = 0
    while true do
      receive
        case {"item", i} then n = n + 1 assert(i == n)
        case "end" then main ! {"arrived", n} return
      end
    end
  end)
  for i = #kinds, 1, -1 do
    at = spawn({mailbox = limit}, stage, i, kinds[i], at, server)
  end
  for i = 1, N do at ! {"item", i} end
  at ! "end"
  local worst = 0
  for _ = 1, #kinds do
    receive case {"most", _, most} then worst = math.max(worst, most) end
  end
  receive case {"arrived", n} then assert(n == N) end
  server ! "stop"
  return worst
end

print(pipeline(1, {"", "", "sleeps"}) <= 1)             --> true
print(pipeline(5, {"", "sleeps", "", "works"}) <= 5)    --> true
print(pipeline(3, {"works", "", "asks"}) <= 3)          --> true
print(pipeline(2, {"", "", "", "", "", "", "", "asks"}) <= 2)   --> true
print(pipeline(N, {"", "", "sleeps"}) > 20)             --> true

-- Many producers, one consumer.
local consumer = spawn({mailbox = 4}, function()
  local most, last = 0, {}
  for k = 1, 20 * 50 do
    receive case {who, i} then
      assert(i == (last[who] or 0) + 1)
      last[who] = i
    end
    most = math.max(most, process_info(self()).messages)
    if k % 50 == 0 then sleep(1) end
  end
  main ! {"most", most}
end)
for who = 1, 20 do
  spawn(function() for i = 1, 50 do consumer ! {who, i} end end)
end
receive case {"most", n} then print(n <= 4) end         --> true
