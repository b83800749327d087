-- lua: same
-- Each round of a loop has its own variables.

local fs = {}
for i = 1, 3 do fs[i] = function() i = i + 10; return i end end
print(fs[1](), fs[1](), fs[2](), fs[3]())  --> 11	21	12	13

fs = {}
for k, v in pairs({a = 1}) do fs[1] = function() return k, v end end
print(fs[1]())                    --> a	1

fs = {}
local n = 0
while n < 3 do
  n = n + 1
  local x = n * n
  fs[n] = function() x = x + 1; return x end
end
print(fs[1](), fs[2](), fs[3](), fs[1]())  --> 2	5	10	3

fs = {}
n = 0
repeat
  n = n + 1
  local y = n
  fs[n] = function() return y end
until y == 3                      -- `y` of the block is still seen here
print(fs[1](), fs[2](), fs[3]())  --> 1	2	3

-- goto back makes a new variable too.
fs = {}
n = 0
do
  ::again::
  local z = n
  fs[#fs + 1] = function() z = z + 100; return z end
  n = n + 1
  if n < 3 then goto again end
end
print(fs[1](), fs[2](), fs[3](), fs[1]())  --> 100	101	102	200

-- break leaves the innermost loop only, captured variables stay.
local f
for i = 1, 10 do
  for j = 1, 10 do
    if j == 4 then f = function() return i, j end break end
  end
  if i == 2 then break end
end
print(f())                        --> 2	4
