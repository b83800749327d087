-- A frozen value that was read out of another one was freed with that one.
local main = self()
local N <const> = 300000 // tonumber(os.getenv("MOONLET_SCALE") or 1)

spawn(function()
  local inner = freeze{"x", {1, 2, 3}}
  main ! freeze{sub = inner}
end)
local x
receive case m then x = m.sub end
collectgarbage()
local weak = setmetatable({}, {__mode = "v"})
weak[1] = x
local others = {}
for i = 1, 1000 do others[i] = freeze{i, tostring(i)} end
collectgarbage()
print(x[1], x[2][3])            --> x	3
print(weak[1] == x)             --> true

-- The same for a reason that is handed on.
local function hand_on(depth)
  process_flag("trap_exit", true)
  local child = depth > 0 and spawn_link(hand_on, depth - 1)
  if depth == 0 then exit{"why", {4}} end
  receive case {"EXIT", ^child, reason = reason} then
    collectgarbage()
    exit(reason)
  end
end
local p, ref = spawn_monitor(hand_on, 10)
receive case {"DOWN", ^ref, reason = reason} then
  collectgarbage()
  print(reason[1], reason[2][1])        --> why	4
end

-- One inside another, very many times: freed without a call for each.
p, ref = spawn_monitor(function()
  local f = freeze{1}
  for i = 1, N do f = freeze{before = f} end
  main ! f
end)
do receive case f then print(type(f.before)) end end    --> table
receive case {"DOWN", ^ref, ...} then end
others = nil
collectgarbage()
collectgarbage()
