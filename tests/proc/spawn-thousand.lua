-- A thousand processes of the same function.
local N = 1000
local me = self()
prefix = "p"
local function worker(i)
  me ! {i, prefix .. i}
end
for i = 1, N do spawn(worker, i) end
local seen, sum = {}, 0
for _ = 1, N do
  receive
    case {i, name} if name == "p" .. i and not seen[i] then
      seen[i] = true
      sum = sum + i
  end
end
print(sum)                         --> 500500
