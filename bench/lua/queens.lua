-- Queens on a board: recursion and arrays.
-- quick: 5
local N = tonumber(arg and arg[1]) or 10
local cols, up, down = {}, {}, {}
local function place(row)
  if row > N then return 1 end
  local found = 0
  for c = 1, N do
    local u, d = row + c, row - c + N
    if not cols[c] and not up[u] and not down[d] then
      cols[c], up[u], down[d] = true, true, true
      found = found + place(row + 1)
      cols[c], up[u], down[d] = false, false, false
    end
  end
  return found
end
local sum = 0
for _ = 1, 40 do sum = sum + place(1) end
print(string.format("%d", sum))
