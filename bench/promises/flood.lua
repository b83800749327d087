-- Tables of keys that were chosen to collide in stock Lua, or under a hash
-- whose secret is not known, against tables of random keys: how many times as
-- long the one takes as the other. The promise is 3 at most.
--    moonlet bench/promises/flood.lua    (lua5.4 runs it as well)

local families = {
  {"i*(2n-1)", function(i, n) return i * (2 * n - 1) end},
  {"-i*(2n-1)", function(i, n) return -i * (2 * n - 1) end},
  {"i << 20", function(i) return i << 20 end},
  {"i << 48", function(i) return i << 48 end},
  {"i * golden^-1", function(i) return i * 0xF1DE83E19937733D end},
  {"i + 0.5", function(i) return i + 0.5 end},
  {"i * 1e303", function(i) return i * 1e303 + 0.0 end},
  {"text, 8 digits", function(i) return ("%08d"):format(i) end, true},
  {"text, end of 38", function(i) return ("x"):rep(30) .. ("%08d"):format(i) end, true},
  {"text, middle of 38", function(i)
    return ("x"):rep(15) .. ("%08d"):format(i) .. ("x"):rep(15)
  end, true},
  {"text, middle of 308", function(i)
    return ("x"):rep(150) .. ("%08d"):format(i) .. ("x"):rep(150)
  end, true},
}

local function keys_of(make, n)
  local keys = {}
  for i = 0, n do keys[i + 1] = make(i, n) end
  return keys
end

-- Fills a table and reads it once; the best of a few times, in seconds.
local function seconds(make, n)
  local best = math.huge
  for _ = 1, 3 do
    local keys, t = keys_of(make, n), {}
    local start = os.clock()
    for i = 1, #keys do t[keys[i]] = i end
    for i = 1, #keys do t[keys[i]] = t[keys[i]] + 1 end
    local took = os.clock() - start
    if took < best then best = took end
    if best > 1 then break end
  end
  return best
end

local function random_number() return math.random(0) end
local function random_text(size)
  return function()
    return (("%016x"):format(math.random(0)):rep(size // 16 + 1)):sub(1, size)
  end
end

local sizes = {8192, 16384, 32768, 262144}
io.write(("%-20s"):format("times random keys"))
for _, n in ipairs(sizes) do io.write(("%9d"):format(n)) end
print()
for _, f in ipairs(families) do
  local name, make, is_text = f[1], f[2], f[3]
  local other = random_number
  if is_text then other = random_text(#make(1, 1)) end
  io.write(("%-20s"):format(name))
  for _, n in ipairs(sizes) do
    if spawn or n <= 8192 then          -- stock Lua would need hours for the last
      io.write(("%9.2f"):format(seconds(make, n) / seconds(other, n)))
    end
    io.flush()
  end
  print()
end
