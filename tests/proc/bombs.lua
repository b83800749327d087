-- Programs of a line that hang or exhaust others: each comes to the ending it
-- must come to, while the neighbours go on.
-- slow
local bombs = dofile(os.getenv("MOONLET_ROOT") .. "/tests/bombs.lua")
local me, MEMORY = self(), 4000000

local echo = spawn(function()
  while true do
    receive
      case {"ping", from, n} then from ! n
    end
  end
end)

local ticks = 0
local ticker = spawn(function()
  while true do sleep(2) me ! "tick" end
end)

local function ending_of(reason)
  if type(reason) ~= "table" then return reason end
  if reason[1] == "limit" then
    assert(reason[2] == "memory" and reason.limit == MEMORY and reason.used > MEMORY)
    assert(reason.at == nil or reason.at:match("^.+:%d+$"))
  end
  return reason[1]
end

-- Runs it, asking the neighbour all the time; one that is to go on for ever is
-- killed after some answers and ticks.
local function run(source, expected)
  local answers, kill_at = 0, ticks + 4
  local pid, ref = spawn({monitor = true, memory = MEMORY}, assert(load(source, "=bomb")))
  while true do
    echo ! {"ping", me, answers}
    receive
      case ^answers then answers = answers + 1
    end
    receive
      case {"DOWN", ^ref, reason = reason} then return ending_of(reason)
      case "tick" then
        ticks = ticks + 1
      after 0 then
    end
    if ticks >= kill_at and answers >= 10 and expected:find("killed") then exit(pid, "kill") end
  end
end

local stock = 0
for _, bomb in ipairs(bombs) do
  local source, expected = bomb[1], bomb[2]
  local ending = run(source, expected)
  local fits = false
  for word in expected:gmatch("%a+") do fits = fits or word == ending end
  if not fits then print(source:sub(1, 200), "ended: " .. tostring(ending), "expected: " .. expected) end
  if bomb.stock then stock = stock + 1 end
end
print(stock >= 21, #bombs > 60, ticks > 0)            --> true	true	true
exit(ticker, "kill")
exit(echo, "kill")
