-- skynet.lua - a tree of processes: 1,000,000 leaves, ten children each.
--
-- Expect:
--   499999500000
--
-- Every process that has more than one leaf below it spawns ten children and
-- adds up what they answer; a leaf answers its own number. That is 1,111,111
-- processes and as many messages, and a good way to see what one costs.
-- MOONLET_SCALE divides the number of leaves, for builds that check a lot.

local CHILDREN = 10

local function node(parent, first, leaves)
  if leaves == 1 then
    parent ! first
    return
  end
  local share = leaves // CHILDREN
  for i = 0, CHILDREN - 1 do
    spawn(node, self(), first + i * share, share)
  end
  local sum = 0
  for _ = 1, CHILDREN do
    receive
      case n: integer then sum = sum + n
    end
  end
  parent ! sum
end

local scale = tonumber(os.getenv("MOONLET_SCALE") or "1")
spawn(node, self(), 0, 1000000 // scale)

receive
  case sum: integer then print(sum)
end
