-- Signals that arrived in the middle of a collection were forgotten when its
-- second round, into a smaller block, asked how much room is needed.
local N <const> = 20000 // tonumber(os.getenv("MOONLET_SCALE") or 1) + 10
local hub = spawn(function() receive case "end" then end end)
local refs = {}
for i = 1, N do refs[i] = monitor(hub) end
hub ! "end"
repeat                          -- a collection is nearly always under way
  local garbage = {}
  for i = 1, 200 do garbage[i] = {i, {i}} end
until not process_info(hub)
local downs = 0
for i = 1, N do
  receive case {"DOWN", ref, ...} then downs = downs + 1 end
end
print(downs == N)               --> true
