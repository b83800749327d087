-- A reply is received by a process that has N unrelated messages
-- queued: for sending and receiving it oneself, with an empty mailbox and with a
-- long one.
--
--     moonlet bench/procs/selective.lua [N] [TRIES]
--
-- figures: self_ref self_inner_ref self_call self_tag self_tags self_constant self_handlers
-- figures: self_ref_behind self_inner_ref_behind self_call_behind self_tag_behind self_tags_behind self_constant_behind self_handlers_behind
-- figures: self_old_ref_behind
-- runs: 1
-- quick: 1000 1
local N = tonumber(arg and arg[1]) or 1000000
local TURNS, TRIES = 5000, tonumber(arg and arg[2]) or 30
local me = self()

local ways = {
  { "ref", function(i)
      local ref = make_ref()
      me ! {ref, i}
      receive case {^ref, x} then return x end
    end },
  { "inner_ref", function(i)
      local ref = make_ref()
      me ! {"reply", i, ref}
      receive case {"reply", x, ^ref} then return x end
    end },
  { "call", function(i)
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
  { "tags", function(i)
      me ! {"c", i}
      receive
        case {"a", x} | {"b", x} then return x
        case {"c", x} if x > 0 then return x
        case {"d", x} then return x
      end
    end },
  { "constant", function()
      me ! "reply"
      receive case "reply" then return end
    end },
  { "handlers", function(i)
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

local function tell(name, ns) print(string.format("self_%s %.1f ns", name, ns)) end

for _, way in ipairs(ways) do tell(way[1], measure(way[2])) end
local old = make_ref()
for i = 1, N do me ! {"unrelated", i} end
for _, way in ipairs(ways) do tell(way[1] .. "_behind", measure(way[2])) end

-- A ref that is older than they all.
tell("old_ref_behind", measure(function(i)
  me ! {old, i}
  receive case {^old, x} then return x end
end))
