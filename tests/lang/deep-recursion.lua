-- lua: same
-- Depth: Lua calls, tail calls, pcall inside pcall, long chains.

local function down(n) if n == 0 then return 0 end return 1 + down(n - 1) end
print(down(10000))                --> 10000
local function loop(n) if n == 0 then return "tail" end return loop(n - 1) end
print(loop(1000000))              --> tail
local function mutual_a(n) if n == 0 then return "a" end return (function() return mutual_a(n - 1) end)() end
print(mutual_a(10000))            --> a
local s = {}
for i = 1, 150 do s[i] = "a" .. i end
print(#table.concat(s))           --> 492
local str = "x"
for _ = 1, 15 do str = str .. str end
print(#str)                       --> 32768
local list
for i = 1, 100000 do list = {next = list, value = i} end
local n = 0
while list do n = n + list.value; list = list.next end
print(n)                          --> 5000050000
local concat = load("return " .. ("'a' .. "):rep(150) .. "'b'")
print(#concat())                  --> 151
local sum = load("return " .. ("1 + "):rep(5000) .. "1")
print(sum())                      --> 5001
