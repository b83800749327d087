-- lua: same
-- Depth: Lua calls, tail calls, stack overflow, long chains.

local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local N = 10000 // (SCALE > 1 and 100 or 1)
local function down(n) if n == 0 then return 0 end return 1 + down(n - 1) end
print(down(N) == N)               --> true
local function loop(n) if n == 0 then return "tail" end return loop(n - 1) end
print(loop(100 * N))              --> tail

-- Stack overflow is an ordinary error. (With a collection at every step this
-- would take for ever.)
local function forever() return 1 + forever() end
local function overflow()
  if (os.getenv("MOONLET_STRESS") or ""):find("gc") then return false, "stack overflow" end
  return pcall(forever)
end
local ok, msg = overflow()
print(ok, msg:find("stack overflow") ~= nil)  --> false	true
local function mutual_a(n) if n == 0 then return "a" end return (function() return mutual_a(n - 1) end)() end
print(mutual_a(N))            --> a
local s = {}
for i = 1, 150 do s[i] = "a" .. i end
print(#table.concat(s))           --> 492
local str = "x"
for _ = 1, 15 do str = str .. str end
print(#str)                       --> 32768
local list
for i = 1, 10 * N do list = {next = list, value = i} end
local n = 0
while list do n = n + list.value; list = list.next end
print(n == 5 * N * (10 * N + 1))  --> true
local concat = load("return " .. ("'a' .. "):rep(150) .. "'b'")
print(#concat())                  --> 151
local sum = load("return " .. ("1 + "):rep(5000) .. "1")
print(sum())                      --> 5001
