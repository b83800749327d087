-- lua: same
-- Strings as numbers and numbers as strings.

print("10" + 5, "3" * "4", "2" ^ 2, 10 .. 20, "0x10" + 0, " 7 " - 1)  --> 15	12	4.0	1020	16	6
print("10" / 2, "7" // 2, "7" % 4, -"2", -"2.5", "1e1" + 0)  --> 5.0	3	3	-2	-2.5	10.0
print("10" + 0, "10.0" + 0, math.type("10" + 0), math.type("1e1" + 0))  --> 10	10.0	integer	float
print(1 .. "", 1.0 .. "", -0.0 .. "", 2^63 .. "", 1e100 .. "")  --> 1	1.0	-0.0	9.2233720368548e+18	1e+100
print(10 == "10", "1" == 1, "abc" == "abc", "0" == 0)  --> false	false	true	false
print(("5"):rep("3"), math.floor("3.7"), string.rep("x", 2.0))  --> 555	3	xx
print(#tostring(12345))           --> 5
local t = {}
t["1"] = "string"; t[1] = "number"
print(t[1], t["1"], #t)           --> number	string	1
local function err(f) print((select(2, pcall(f)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(function() return "a" + 1 end)  --> attempt to add a 'string' with a 'number'
err(function() return "1" < 2 end)  --> attempt to compare string with number
err(function() return {} .. "x" end)  --> attempt to concatenate a table value
err(function() return nil .. "x" end)  --> attempt to concatenate a nil value
err(function() return true .. "x" end)  --> attempt to concatenate a boolean value
err(function() return "x" .. {} end)  --> attempt to concatenate a table value
err(function() return math.floor("x") end)  --> bad argument #1 to 'floor' (number expected, got string)
print("9223372036854775807" + 1, "9223372036854775807" + 1 == math.mininteger)
--> -9223372036854775808	true
print(10 // "3", "10" % "3", "0x7fffffffffffffff" + 1)  --> 3	1	-9223372036854775808
