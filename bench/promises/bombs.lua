-- The worst time in which a process answers while a bomb of tests/bombs.lua
-- runs beside it, in milliseconds of this program on its processor (what other
-- programs take does not count). The promise is 10 at most.
--    moonlet bench/promises/bombs.lua [milliseconds for each [megabytes of its limit]] [part of a source]
local bombs = dofile("tests/bombs.lua")
local TIME, MEMORY = tonumber(arg[1]) or 300, (tonumber(arg[2]) or 64) * 1000000

local echo = spawn(function()
  while true do
    receive
      case {"ping", from, n} then from ! n
    end
  end
end)

local function ask(n)
  local start = os.clock()
  echo ! {"ping", self(), n}
  receive
    case ^n then
  end
  return (os.clock() - start) * 1000
end

local all, slow = 0, 0
print("   worst    mean  answers  ending  bomb")
for i, bomb in ipairs(bombs) do
  local source = bomb[1]
  if not arg[3] or source:find(arg[3], 1, true) then
    local worst, sum, n, ending = 0, 0, 0, nil
    local start = now()
    local pid, ref = spawn({monitor = true, memory = MEMORY}, assert(load(source)))
    while not ending do
      local took = ask(n)
      n, sum, worst = n + 1, sum + took, math.max(worst, took)
      local r
      receive
        case {"DOWN", ^ref, reason = reason} then
          ending = type(reason) == "table" and reason[1] or reason
      after 0 then
        if now() - start > TIME then exit(pid, "kill") end
      end
    end
    all, slow = all + 1, slow + (worst > 10 and 1 or 0)
    print(("%8.2f%8.3f%9d  %-7s %s%s"):format(worst, sum / n, n, ending, worst > 10 and "! " or "", source:sub(1, 90)))
  end
end
print(("%d of %d above 10 ms"):format(slow, all))
