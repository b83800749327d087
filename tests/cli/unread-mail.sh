#!/bin/sh
# Who has much mail that it does not read has no more turns than others. It had nearly every
# other one: a process that made a million others was far ahead of them.
set -e
"$MOONLET" --schedulers 1 - <<'LUA'
local SPINNERS, TURNS = 24, 100
local function spin() while true do end end
local spinners = {}
for i = 1, SPINNERS do spinners[i] = spawn(spin) end
for i = 1, 1000 do self() ! i end

local function sum()
  local all = 0
  for _, p in ipairs(spinners) do all = all + process_info(p).reductions end
  return all
end

local before, mine = sum(), process_info().reductions
while process_info().reductions - mine < TURNS * 4000 do end
mine = process_info().reductions - mine
assert((sum() - before) / mine > SPINNERS / 2)
os.exit()
LUA
