-- Two processes that count for ever both come forward; neither waits for the
-- other.
local me = self()
local function count()
  local n = 0
  while true do
    n = n + 1
    if n % 10000 == 0 then me ! {self(), n} end
  end
end
local a, b = spawn(count), spawn(count)
for i = 1, 5 do
  for _, p in ipairs {a, b} do
    receive case {^p, n} then assert(n == i * 10000) end
  end
end
exit(a, "kill")
exit(b, "kill")
print("both")                      --> both
