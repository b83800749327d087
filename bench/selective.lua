-- selective.lua - a reply is received by a process that has N unrelated messages
-- queued: nanoseconds for sending and receiving it, with an empty mailbox and
-- with a long one, and the ratio.
--
--     moonlet bench/selective.lua [N]
local N = tonumber(arg and arg[1]) or 1000000
local TURNS, TRIES = 5000, 30
local me = self()

local ways = {
  { "ref", function(i)
      local ref = make_ref()
      me ! {ref, i}
      receive case {^ref, x} then return x end
    end },
  { "ref, not in front", function(i)
      local ref = make_ref()
      me ! {"reply", i, ref}
      receive case {"reply", x, ^ref} then return x end
    end },
  { "call with a monitor", function(i)
      local ref <close> = monitor(me)
      me ! {ref, i}
      receive
        case {^ref, x} then return x
        case {"DOWN", ^ref, ...} then error "never"
      end
    end },
  { "tag", function(i)
      me ! {"reply", i}
      receive case {"reply", x} then return x end
    end },
  { "one of four tags", function(i)
      me ! {"c", i}
      receive
        case {"a", x} | {"b", x} then return x
        case {"c", x} if x > 0 then return x
        case {"d", x} then return x
      end
    end },
  { "a constant", function()
      me ! "reply"
      receive case "reply" then return end
    end },
  { "receive{tag = f}", function(i)
      me ! {"reply", i}
      receive { reply = function(x) return x end }
    end },
}

local function measure(f)
  for i = 1, 3 do f(i) end              -- the first ones may make the index
  local best = math.huge
  for _ = 1, TRIES do
    local start = now()
    for i = 1, TURNS do f(i) end
    best = math.min(best, (now() - start) * 1e6 / TURNS)
  end
  return best
end

local empty = {}
for i, way in ipairs(ways) do empty[i] = measure(way[2]) end
local old = make_ref()
for i = 1, N do me ! {"unrelated", i} end

print(("%-22s %8s %10s"):format("ns", "empty", N .. " queued"))
for i, way in ipairs(ways) do
  local ns = measure(way[2])
  print(("%-22s %8.0f %10.0f   x %.2f"):format(way[1], empty[i], ns, ns / empty[i]))
end

-- A ref that is older than they all.
local function subscribed(i)
  me ! {old, i}
  receive case {^old, x} then return x end
end
print(("%-22s %8s %10.0f"):format("an old ref", "", measure(subscribed)))
