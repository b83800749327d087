-- hibernate gives back what is not in use, and returns when a message is there.
local me = self()

-- It reads no message, and one that is there keeps it from waiting.
me ! "first"
print(select("#", hibernate()), receive())      --> 0	first

local function frames(n, f) if n == 0 then return f() end local a, b, c = f, n, {} return (frames(n - 1, f)) end

-- What it held is whole afterwards, however deep it stood; and it holds little meanwhile.
local function worker(depth)
  local kept, garbage = {}, {}
  for i = 1, 100 do kept[i] = {"kept " .. i} end
  for i = 1, 3000 do garbage[i] = {i} end
  garbage = nil
  frames(200, function() end)           -- the stack was deep once
  me ! "ready"
  frames(depth, hibernate)
  local good = #kept == 100
  for i = 1, 100 do good = good and kept[i][1] == "kept " .. i end
  receive case {"go on", n} then me ! {good, n, frames(200, function() return "deep" end)} end
  receive case "end" then end
end
for _, depth in ipairs{0, 1, 50, 3000} do
  local p = spawn(worker, depth)
  receive case "ready" then end
  while process_info(p).state ~= "hibernating" do sleep(1) end
  local small = process_info(p).memory
  -- asked and told of other things it goes on hibernating
  link(p) unlink(p)
  while process_info(p).state ~= "hibernating" do sleep(1) end
  print(process_info(p).state, small < 30000 + depth * 200)
  p ! {"go on", depth}
  local r = receive()
  print(r[1], r[2], r[3])
  p ! "end"
end
--> hibernating	true
--> true	0	deep
--> hibernating	true
--> true	1	deep
--> hibernating	true
--> true	50	deep
--> hibernating	true
--> true	3000	deep

-- A signal that ends it ends it; one that is trapped is a message.
local p, ref = spawn_monitor(hibernate)
exit(p, "woken for that")
receive case {"DOWN", ^ref, reason = r} then print(r) end       --> woken for that
p, ref = spawn_monitor(function()
  process_flag("trap_exit", true)
  me ! "traps"
  hibernate()
  receive case {"EXIT", _, reason = r} then exit("heard " .. r) end
end)
receive case "traps" then end
exit(p, "this")
receive case {"DOWN", ^ref, reason = r} then print(r) end       --> heard this

-- Messages at any moment: none is lost.
p = spawn(function()
  local sum = 0
  for _ = 1, 300 do
    hibernate()
    receive case n: integer then sum = sum + n end
  end
  me ! {"sum", sum}
end)
for i = 1, 300 do
  p ! i
  if i % 7 == 0 then sleep(0) end
end
receive case {"sum", s} then print(s) end                       --> 45150

-- In a coroutine, too.
p = spawn(function()
  me ! coroutine.wrap(function() hibernate() return receive() end)()
end)
sleep(5)
p ! "in a coroutine"
print(receive())                                                --> in a coroutine
