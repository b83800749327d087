-- lua: same
-- Where several results count and where only the first.

local function two() return 1, 2 end
local function none() end
print(two(), two())               --> 1	1	2
print((two()))                    --> 1
print(two(), nil)                 --> 1	nil
print(none(), 1)                  --> nil	1
print((none()))                   --> nil
print(#{two(), two()}, #{two(), (two())}, #{none()})  --> 3	2	0
local t = {two(), x = two(), two()}
print(#t, t.x)                    --> 3	1
print(two() + 0, -two(), not two(), two() == 1)  --> 1	-1	false	true
print(("x"):rep(two()))           --> x
print(math.max(two(), two()))     --> 2
if two() then print("first counts") end  --> first counts
local a, b, c = two(), two()
print(a, b, c)                    --> 1	1	2
local function pass() return two() end
local function wrap() return (two()) end
print(pass())                     --> 1	2
print(wrap())                     --> 1
print(select("#", none()), select("#", (none())))  --> 0	1
return two()
