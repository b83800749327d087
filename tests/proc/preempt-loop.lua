-- Endless loops of every kind do not stop the ticks, and can be killed.
local me = self()
local loopers = {
  empty = function() while true do end end,
  goto_loop = function() ::a:: goto a end,
  numeric = function() for i = 1, math.maxinteger do end end,
  calls = function() local function f() return f() end f() end,
  sort = function()
    table.sort({3, 1, 2}, function() while true do end end)
  end,
  pattern = function()
    local a = ("a"):rep(28)
    a:find(("a?"):rep(28) .. a)
  end,
  polynomial = function() ("a"):rep(20000):find(".-.-.-b") end,
  gsub = function() ("x"):gsub("x", function() while true do end end) end,
  index = function()
    local t = setmetatable({}, {__index = function() while true do end end})
    return t.x
  end,
  close = function()
    local c <close> = setmetatable({}, {__close = function() while true do end end})
  end,
  catching = function() while true do pcall(function() while true do end end) end end,
  coroutine = function() coroutine.wrap(function() while true do end end)() end,
  move = function() table.move({}, 1, math.maxinteger - 1, 2) end,
  rep = function() return ("").rep("", 1e15) end,
  concat = function() local t = setmetatable({}, {__concat = function(a) return a end}) while true do t = t .. "x" end end,
}
local names, running = {}, {}
for name, f in pairs(loopers) do
  local p, ref = spawn_monitor(f)
  running[ref] = {name = name, pid = p}
  names[#names + 1] = name
end

local ticks, t0 = 0, now()
local ticker = spawn(function()
  for i = 1, 10 do sleep(10) me ! {"tick", i} end
end)
for i = 1, 10 do
  receive case {"tick", ^i} then ticks = ticks + 1 end
end
print(ticks)                       --> 10

local killed, ended = 0, {}
for ref, r in pairs(running) do
  exit(r.pid, "kill")
  receive
    case {"DOWN", ^ref, reason = "killed"} then killed = killed + 1
    case {"DOWN", ^ref, reason = other} then
      ended[#ended + 1] = r.name
  end
end
-- Some may have come to an end by themselves, with an error or a result.
print(killed + #ended == #names, killed >= 10)     --> true	true
