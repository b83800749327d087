-- lua: same
-- Integer arithmetic: wraparound, division, modulo, bits.

print(math.maxinteger, math.mininteger, math.maxinteger + 1 == math.mininteger)
--> 9223372036854775807	-9223372036854775808	true
print(math.mininteger - 1 == math.maxinteger, math.maxinteger * 2, -math.mininteger)
--> true	-2	-9223372036854775808
print(7 // 2, -7 // 2, 7 // -2, -7 // -2)  --> 3	-4	-4	3
print(7 % 3, -7 % 3, 7 % -3, -7 % -3, 6 % -3, -6 % 3)  --> 1	2	-2	-1	0	0
print(math.mininteger // -1, math.mininteger % -1)  --> -9223372036854775808	0
print(7 / 2, 6 / 2, 1 / 3, -1 / 2)  --> 3.5	3.0	0.33333333333333	-0.5
print(2 ^ 10, 2 ^ 0.5, (-2) ^ 3, 2 ^ -1, 10 ^ 2)  --> 1024.0	1.4142135623731	-8.0	0.5	100.0
print(3 & 5, 3 | 5, 3 ~ 5, ~0, ~5)  --> 1	7	6	-1	-6
print(1 << 62, 1 << 63, 1 << 64, 1 << -1, -1 >> 1, -1 >> 63, -1 >> 64, 1 >> -3)
--> 4611686018427387904	-9223372036854775808	0	0	9223372036854775807	1	0	8
print(5 & 3.0, 2.0 << 1)          --> 1	4
print(0xff, 0xffffffffffffffff, 0x7fffffffffffffff, 0x1p4, 0x.8, 0xA.8p1)
--> 255	-1	9223372036854775807	16.0	0.5	21.0
print(9223372036854775807, 9223372036854775808, -9223372036854775808)
--> 9223372036854775807	9.2233720368548e+18	-9.2233720368548e+18
print(1e15, 1e100, 123456789012345678)  --> 1e+15	1e+100	123456789012345678
print(5 // 0.0, -5 // 0.0, 0.0 / 0.0 ~= 0.0 / 0.0, 5 % math.huge, -5 % math.huge)
--> inf	-inf	true	5.0	inf
print(1 // 1, 1.0 // 1, 1 % 1.5, -1.5 % 1, 5.5 // 2, -5.5 // 2)  --> 1	1.0	1.0	0.5	2.0	-3.0
local function err(f) print((select(2, pcall(f)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(function() return 1 // 0 end) --> attempt to divide by zero
err(function() return 1 % 0 end)  --> attempt to perform 'n%0'
err(function() return 1.5 & 1 end)  --> number has no integer representation
err(function() return 2^63 | 0 end)  --> number has no integer representation
err(function() return "a" | 1 end)
--> attempt to perform bitwise operation on a string value (constant 'a')
err(function() return "1.5" | 1 end)
--> attempt to perform bitwise operation on a string value (constant '1.5')
err(function() local t = {} return t & 1 end)
--> attempt to perform bitwise operation on a table value (local 't')
err(function() local t = {} return 1 + t end)
--> attempt to perform arithmetic on a table value (local 't')
err(function() local s = "abc" return s + 1 end)  --> attempt to add a 'string' with a 'number'
err(function() return -{} end)    --> attempt to perform arithmetic on a table value
-- In variables, so that no compiler can fold them.
local a, b, z = 7, -2, 0
print(a // b, a % b, a / b, a ^ b, a - b, a * b, -a, a & b, a | b, a ~ b, a << 2, a >> 1, ~a)
--> -4	-1	-3.5	0.020408163265306	9	-14	-7	6	-1	-7	28	3	-8
print(pcall(function() return a // z end) == false, a // (z + 0.0), a % (z + 0.0) ~= a % (z + 0.0))
--> true	inf	true
