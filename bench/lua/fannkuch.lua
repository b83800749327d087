-- The most flips of a pack of cards over all its orders: small arrays.
-- quick: 5
local N = tonumber(arg and arg[1]) or 9
local p, q, count = {}, {}, {}
for i = 1, N do p[i] = i count[i] = i end
local most, check, sign, n = 0, 0, 1, 0
while true do
  local first = p[1]
  if first ~= 1 then
    for i = 1, N do q[i] = p[i] end
    local flips = 0
    while first ~= 1 do
      local i, j = 1, first
      while i < j do
        q[i], q[j] = q[j], q[i]
        i, j = i + 1, j - 1
      end
      flips = flips + 1
      first = q[1]
    end
    if flips > most then most = flips end
    check = check + sign * flips
  end
  -- the next order: turn ever longer heads of the pack round by one
  n = n + 1
  sign = -sign
  local r = 2
  while r <= N do
    local head = p[1]
    for i = 1, r - 1 do p[i] = p[i + 1] end
    p[r] = head
    count[r] = count[r] - 1
    if count[r] > 0 then break end
    count[r] = r
    r = r + 1
  end
  if r > N then break end
end
print(string.format("%d %d", most, n))
