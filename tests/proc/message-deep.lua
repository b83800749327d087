-- slow
-- Tables nested a million deep can be built, sent, received and collected.
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local N = 1000000 // SCALE
local t = {}
for _ = 1, N do t = {t} end
self() ! t
t = nil
local m = receive()
local n = 0
while m[1] do m = m[1]; n = n + 1 end
print(n == N)                      --> true
m = nil
collectgarbage()

-- A long list linked by name, with a cycle at the end.
local first = {}
local last = first
for i = 1, N do last.next = {i = i}; last = last.next end
last.next = first
local p, ref = spawn_monitor(function(list, from)
  local k, at = 0, list.next
  while at ~= list do k = k + 1; at = at.next end
  from ! k
end, first, self())
print(receive() == N)              --> true
receive case {"DOWN", ^ref, reason = r} then print(r) end   --> normal

-- Closures in closures.
local f = function() return 0 end
for _ = 1, N // 10 do local g = f; f = function() return g end end
self() ! {f}
local depth, h = 0, receive()[1]
while h ~= 0 do h = h(); depth = depth + 1 end
print(depth == N // 10 + 1)        --> true
