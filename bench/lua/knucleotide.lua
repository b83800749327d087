-- Pieces of a long text counted: string.sub and tables.
-- quick: 500
local N = tonumber(arg and arg[1]) or 1000000
local seed, letters, parts = 42, "ACGT", {}
for i = 1, N do
  seed = (seed * 3877 + 29573) % 139968
  local k = math.floor(seed / 139968 * 4) + 1
  parts[i] = letters:sub(k, k)
end
local dna = table.concat(parts)
local function counts(len)
  local t = {}
  for i = 1, #dna - len + 1 do
    local s = dna:sub(i, i + len - 1)
    t[s] = (t[s] or 0) + 1
  end
  return t
end
local out = {}
for _, len in ipairs({ 1, 2, 3, 4, 6 }) do
  local t, keys = counts(len), {}
  for k in pairs(t) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return t[a] > t[b] or (t[a] == t[b] and a < b) end)
  out[#out + 1] = keys[1] .. string.format("%d", t[keys[1]])
end
print(table.concat(out, " "))
