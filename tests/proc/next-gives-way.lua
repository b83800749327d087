-- `next` and `pairs` over a table whose entries are nearly all gone.
local n = 300000 // (tonumber(os.getenv("MOONLET_SCALE")) or 1) + 20000
local function emptied(sign)
  local t = {}
  for i = 1, n do t[sign * i] = i end
  for i = 1, n - 1 do t[sign * i] = nil end
  return t
end
for _, sign in ipairs { 1, -1 } do
  local t, sum, rounds = emptied(sign), 0, 0
  for k, v in pairs(t) do rounds, sum = rounds + 1, sum + sign * k + v end
  print(rounds, sum == 2 * n)
  local k, v = next(t)
  print(k == sign * n, v == n, next(t, k))
  t[k] = nil
  print(next(t), pcall(next, t, "none"))
end
--> 1	true
--> true	true	nil
--> nil	false	invalid key to 'next'
--> 1	true
--> true	true	nil
--> nil	false	invalid key to 'next'
