-- Long calls of the library give way as well.
local me = self()
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local N = 1000000 // SCALE
local function work()
  local t = {}
  for i = 1, N do t[i] = (i * 7919) % N end
  table.sort(t)
  local s = table.concat(t, ",")
  local n = select(2, s:gsub("%d+", ""))
  local u = {table.unpack(t, 1, 200)}
  me ! {"done", n, t[1] <= t[N], #u <= 200}
end
spawn(work)
local ticker = spawn(function()
  while true do sleep(2) me ! "tick" end
end)
local ticks = 0
while true do
  receive
    case "tick" then
      ticks = ticks + 1
    case {"done", n, sorted, u} then
      print(n == N, sorted, u)     --> true	true	true
      exit(ticker, "kill")
      break
  end
end
