-- A request to a server and its reply, told by a ref or by a constant tag: with
-- nothing else in the mailbox, and behind many unrelated messages.
-- figures: request_ref request_ref_behind request_tag request_tag_behind
-- quick: 100 1000
-- peers: erl
local TURNS, BEHIND = tonumber(arg[1]) or 100000, tonumber(arg[2]) or 100000

local server = spawn({background = true}, function()
  while true do
    receive
      case {"ask", from, ref} then from ! {ref, 1}
      case {"ask", from} then from ! {"reply", 1}
    end
  end
end)

local function by_ref()
  local ref = make_ref()
  server ! {"ask", self(), ref}
  receive case {^ref, x} then return x end
end

local function by_tag()
  server ! {"ask", self()}
  receive case {"reply", x} then return x end
end

local function measure(name, ask)
  local start = now()
  for _ = 1, TURNS do ask() end
  print(string.format("%s %.1f ns", name, (now() - start) * 1e6 / TURNS))
end

measure("request_ref", by_ref)
measure("request_tag", by_tag)
for i = 1, BEHIND do self() ! {"unrelated", i} end
measure("request_ref_behind", by_ref)
measure("request_tag_behind", by_tag)
