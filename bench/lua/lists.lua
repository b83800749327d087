-- Records made, linked and dropped: a queue, a list reversed, tables of points.
-- quick: 2000
-- allocates
local N = tonumber(arg and arg[1]) or 4000000
local head, tail, len, sum = nil, nil, 0, 0
for i = 1, N do
  local node = { value = i, next = nil }
  if tail then tail.next = node else head = node end
  tail = node
  len = len + 1
  if len > 1000 then
    sum = sum + head.value
    head = head.next
    len = len - 1
  end
end
local back = nil
while head do head, head.next, back = head.next, back, head end
local points = {}
for i = 1, N / 10 do points[i] = { x = i, y = -i } end
for i = 1, #points do local p = points[i] sum = sum + p.x + p.y end
print(string.format("%d %d", sum, back.value))
