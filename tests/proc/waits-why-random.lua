-- Random patterns and messages: what was not taken has a reason from every clause,
-- and none of them would have taken it.
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local random = math.random
math.randomseed(20)
PIN = 7

local function pick(t) return t[random(#t)] end
local names

local function leaf()
  local kind = random(6)
  if kind == 1 then
    names = names + 1
    return "v" .. names .. pick({"", "", ": integer", ": string", ": table", ": pid"})
  elseif kind == 2 then
    return "_"
  elseif kind == 3 then
    return "^(PIN)"
  end
  return pick({"1", "-2", "2.5", "70000", '"a"', '"b"', "true", "false", "nil"})
end

local pattern
local function items(depth)
  local out = {}
  for _ = 1, random(0, 3) do
    local p = pattern(depth - 1)
    out[#out + 1] = pick({"", "", "k = ", "[300] = ", "[9] = "}) .. p ..
      (p:find("^[v_{1]") and pick({"", "", " or nil"}) or "")
  end
  if random(3) == 1 then
    names = names + 1
    out[#out + 1] = pick({"...", "...v" .. names})
  end
  return table.concat(out, ", ")
end
function pattern(depth)
  if depth > 0 and random(3) > 1 then return "{" .. items(depth) .. "}" end
  return leaf()
end

local function value(depth)
  if depth == 0 or random(3) == 1 then
    return pick({1, -2, 2.5, 70000, "a", "b", true, false, 7, self()})
  end
  local t = {}
  for i = 1, random(0, 3) do t[i] = value(depth - 1) end
  if random(3) == 1 then t[pick({"k", 300, 9, "other"})] = value(depth - 1) end
  return t
end

local texts, tried = 0, 0
for _ = 1, 2000 // SCALE + 20 do
  local n, clauses = random(4), {}
  for i = 1, n do
    names = 0
    clauses[i] = "case " .. pattern(3) .. pick({"", "", "", " if PIN == 8"}) .. " then"
  end
  local code = "receive\n" .. table.concat(clauses, "\n") .. "\ncase \"end of it\" then\nend"
  local f = load(code, "=c")
  if f then
    tried = tried + 1
    local p, ref = spawn_monitor(f)
    for _ = 1, 3 do p ! value(3) end
    -- it has looked at all of them, or has taken one and ended
    local w
    repeat
      w = waits(p)
      if not (w and w.messages == 3) then sleep(0) w = nil end
      local over = false
      receive case {"DOWN", ^ref} then over = true else end
    until w or over
    if w then
      for _, why in ipairs(w.why) do
        texts = texts + 1
        local _, count = why:gsub("line %d+ ", "")
        if why:find("later messages", 1, true) or count ~= n + 1 then
          print(code, why)
        end
      end
      exit(p, "kill")
      receive case {"DOWN", ^ref} then end
    end
  end
end
print(tried > 0, texts > 0)             --> true	true
