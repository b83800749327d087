-- Prime numbers in an array of flags.
-- quick: 100
local N = tonumber(arg and arg[1]) or 4000000
local found = 0
for _ = 1, 2 do
  local flags = {}
  found = 0
  for i = 2, N do flags[i] = true end
  for i = 2, N do
    if flags[i] then
      found = found + 1
      for k = i + i, N, i do flags[k] = false end
    end
  end
end
print(string.format("%d", found))
