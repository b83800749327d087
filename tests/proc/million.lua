-- slow
-- A million processes parked in receive; each gets one message and answers.
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local N = 1000000 // SCALE
local me = self()
local function parked(i)
  receive case {"wake", n} then me ! i + n end
end
local pids = {}
for i = 1, N do pids[i] = spawn(parked, i) end
for i = 1, N do pids[i] ! {"wake", 1} end
local sum = 0
for _ = 1, N do
  receive case n: integer then sum = sum + n end
end
print(sum == N * (N + 1) // 2 + N) --> true

-- In under 3 GB.
local status = io.open("/proc/self/status")
if status then
  local kb = tonumber(status:read("a"):match("VmHWM:%s*(%d+)"))
  print(kb < 3 * 1024 * 1024)      --> true
  status:close()
end
