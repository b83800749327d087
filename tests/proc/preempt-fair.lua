-- Two processes that count both come forward; neither waits for the other.
local me = self()
local function count()
  local n = 0
  local deadline = now() + 100
  while now() < deadline do n = n + 1 end
  me ! n
end
spawn(count)
spawn(count)
local a, b = receive(), receive()
local small, large = math.min(a, b), math.max(a, b)
print(small > large / 10)          --> true
