-- Nobody can end a process by sending to it: a quarter of its memory is for mail,
-- and what does not fit is refused.
local MiB <const> = 1 << 20
local main = self()

local function flooded()
  local keep = {}
  while true do
    receive
      case {"ask", ref} then ref ! {ref, "alive"}
      case "keep" then for i = 1, 200 do keep[#keep + 1] = ("x"):rep(1000) end
      case "end" then return
    end
  end
end

-- It does not want any of this, and may have 1 MiB.
local p, ref = spawn({memory = MiB, monitor = true}, flooded)
local refused = 0
for i = 1, 3000 do
  if not send(p, ("x"):rep(1000)) then refused = refused + 1 end
end
print(refused > 2000, refused < 3000)                   --> true	true
print(send(p, ("x"):rep(500000)))                       --> false	limit
local m = process_info(p).mailbox
print(m.bytes > MiB // 8, m.bytes <= MiB // 4, m.dropped > refused)     --> true	true	true
-- Its heap can rely on the rest.
p ! "keep"
p ! "keep"
exit(p, "hello")
receive case {"DOWN", ^ref, reason = r} then print(r) end               --> hello

-- While its heap takes nearly all of it, there is less for mail; garbage makes room.
p, ref = spawn({memory = MiB, monitor = true, background = true}, function()
  local keep = {}
  for i = 1, 800 do keep[i] = ("x"):rep(1000) end
  main ! "full"
  receive case "go" then end
  keep = nil
  main ! "free"
  receive case "end" then end
end)
receive case "full" then end
process_info(p)                         -- its slice is over, and it has told what its heap leaves
local sent = 0
while send(p, ("y"):rep(1000)) do sent = sent + 1 end
print(sent < 200)                                       --> true
print(process_info(p) ~= nil)                           --> true
exit(p, "kill")
receive case {"DOWN", ^ref, reason = r} then print(r) end               --> killed

-- Many flooders at once, and replies that nobody has asked for.
p, ref = spawn({memory = MiB, monitor = true}, function()
  main ! {"ref", make_ref()}
  flooded()
end)
local its
receive case {"ref", r} then its = r end
local flooders = {}
for i = 1, 8 do
  flooders[i] = spawn_link(function()
    for k = 1, 1000 do
      p ! {("z"):rep(200 * i)}
      p ! {its, ("z"):rep(200 * i)}
    end
    main ! "flooded"
  end)
end
for i = 1, 8 do receive case "flooded" then end end
print(process_info(p).mailbox.dropped > 0)              --> true
exit(p, "kill")
receive case {"DOWN", ^ref, reason = r} then print(r) end               --> killed

-- With block, who sends too much waits instead.
p = spawn({memory = MiB, mailbox = {overflow = "block"}}, function()
  local n = 0
  while true do
    receive case {i, s} then n = n + 1 if i == "last" then break end end
    if n % 100 == 0 then sleep(1) end
  end
  main ! {"read", n}
end)
for i = 1, 2000 do p ! {i, ("x"):rep(1000)} end
p ! {"last", ""}
receive case {"read", n} then print(n) end              --> 2001
