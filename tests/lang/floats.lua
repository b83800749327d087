-- lua: same
-- Floats: how they print, compare and convert.

print(1.0, -0.0, 0.0, 1e15, 1e16, 1e14, 123456.789, 0.1, 1/3, 100.0)
--> 1.0	-0.0	0.0	1e+15	1e+16	1e+14	123456.789	0.1	0.33333333333333	100.0
print(1e100, 1e-5, 1e-4, 5e-324, 1.7976931348623157e308, 2^53, 2^63, -2^63)
--> 1e+100	1e-05	0.0001	4.9406564584125e-324	1.7976931348623e+308	9.007199254741e+15	9.2233720368548e+18	-9.2233720368548e+18
print(1/0, -1/0, 0/0 ~= 0/0, math.huge, -math.huge)  --> inf	-inf	true	inf	-inf
print(3.14159265358979, 2.5, 1e0, .5, 3., 0x.1p4, 1E+2, 1e-2)
--> 3.1415926535898	2.5	1.0	0.5	3.0	1.0	100.0	0.01
print(1 == 1.0, 0.0 == -0.0, 1/0.0 == 1/-0.0, 2^53 == 2^53 + 1)  --> true	true	false	true
print(math.maxinteger + 0.0 == math.maxinteger, math.maxinteger < 2^63, math.mininteger == -2^63)
--> false	true	true
print(9007199254740993 < 9007199254740992.0, 9007199254740993 == 9007199254740992.0, 9007199254740993 > 9007199254740992.0)
--> false	false	true
print(1 < 1.5, 2 > 1.5, -1 < -0.5, 1 <= 1.0, math.mininteger <= -2^63, math.maxinteger >= 2^63)
--> true	true	true	true	true	false
print(1 < math.huge, 1 > -math.huge, 1 < 0/0, 1 > 0/0, 0/0 == 0/0)  --> true	true	false	false	false
print(math.type(1), math.type(1.0), math.type("1"), math.type(2^31 | 0), math.type(1 // 1.0))
--> integer	float	nil	integer	float
print(math.tointeger(3.0), math.tointeger(3.5), math.tointeger("8"), math.tointeger(2^63), math.tointeger("x"))
--> 3	nil	8	nil	nil
print(math.floor(3.7), math.ceil(3.2), math.floor(-3.7), math.ceil(-3.2), math.floor(1e100), math.floor(5))
--> 3	4	-4	-3	1e+100	5
print(1e308 * 10, -1e308 * 10, 1e308 + 1e308 - 1e308)  --> inf	-inf	inf
print(0.1 + 0.2 == 0.3, 0.1 + 0.2, 1 - 0.9)  --> false	0.3	0.1
print(3 | 0, 3.0 | 0, 7.0 // 2, 7.5 % 2, 2^0.5 * 2^0.5 == 2)  --> 3	3	3.0	1.5	false
print(string.format("%.1f %.3f %g", 0.05, 2/3, 1e300 * 1e10))  --> 0.1 0.667 inf
local t = {}
t[1.0] = "one"; t[2^53] = "big"; t[1.5] = "half"
print(t[1], t[2^53 | 0], t[1.5], next({[3.0] = true}))  --> one	big	half	3	true
for _, s in ipairs {"10", "0x10", "1e1", " 5 ", "5.", ".5", "0x.8p1", "1e", "", " ", "0x", "1 2", "nan", "inf", "1_000", "٣"} do
  io.write(tostring(tonumber(s)), " ")
end
print(".")                        --> 10 16 10.0 5 5.0 0.5 1.0 nil nil nil nil nil nil nil nil nil .
