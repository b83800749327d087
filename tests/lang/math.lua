-- lua: same
-- The math library.

print(math.pi, math.huge, math.abs(-5), math.abs(-5.5), math.abs(math.mininteger))
--> 3.1415926535898	inf	5	5.5	-9223372036854775808
print(math.max(1, 2.5, -1), math.min(1, 2.5, -1), math.max(3), math.max(1, 1.0), math.max(2, 10.0))
--> 2.5	-1	3	1	10.0
print(math.sqrt(16), math.sqrt(2), math.exp(0), math.exp(1), math.log(1), math.log(8, 2), math.log(100, 10), math.log(27, 3))
--> 4.0	1.4142135623731	1.0	2.718281828459	0.0	3.0	2.0	3.0
print(math.sin(0), math.cos(0), math.tan(0), math.asin(1), math.acos(1), math.atan(1), math.atan(1, -1), math.atan(-0.0, -1))
--> 0.0	1.0	0.0	1.5707963267949	0.0	0.78539816339745	2.3561944901923	-3.1415926535898
print(math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7, -3), math.fmod(7.5, 2), math.fmod(-7.5, 2), math.fmod(5, math.huge))
--> 1	-1	1	1.5	-1.5	5.0
print(math.modf(3.7), math.modf(-3.7), math.modf(5), math.modf(math.huge))  --> 3	-3	5	inf	0.0
print(math.floor(2^31 + 0.5), math.ceil(-0.5), math.floor(-0.0))  --> 2147483648	0	0
print(math.ult(1, -1), math.ult(-1, 1), math.ult(1, 2))  --> true	false	true
print(math.deg(math.pi), math.rad(180))  --> 180.0	3.1415926535898
print(math.tointeger("0x10"), math.tointeger(1e15), math.tointeger({}))  --> 16	1000000000000000	nil
math.randomseed(42)
local a, b = math.random(), math.random(100)
math.randomseed(42)
print(a == math.random(), b == math.random(100), a >= 0 and a < 1, b >= 1 and b <= 100)
--> true	true	true	true
local lo, hi = 10, 0
for _ = 1, 1000 do local r = math.random(3, 5); lo = math.min(lo, r); hi = math.max(hi, r) end
print(lo, hi, math.random(7, 7), math.type(math.random(0)))  --> 3	5	7	integer
local function err(...) print((select(2, pcall(...)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(math.random, 0, -1)           --> bad argument #1 to 'random' (interval is empty)
err(math.random, 1, 2, 3)         --> wrong number of arguments
err(math.floor, {})               --> bad argument #1 to 'floor' (number expected, got table)
err(math.max)                     --> bad argument #1 to 'max' (value expected)
err(math.fmod, 1, 0)              --> bad argument #2 to 'fmod' (zero)
err(math.sqrt, "x")               --> bad argument #1 to 'sqrt' (number expected, got string)
print(math.fmod(1, 0.0) ~= math.fmod(1, 0.0), math.fmod(math.mininteger, -1), math.sqrt("4"))
--> true	0	2.0
