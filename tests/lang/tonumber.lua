-- lua: same
-- tonumber and tostring, with and without a base.

print(tonumber("10"), tonumber("10.0"), tonumber("-7"), tonumber("+7"), tonumber("- 7"))
--> 10	10.0	-7	7	nil
print(tonumber("0xff"), tonumber("-0xff"), tonumber("0xffffffffffffffffff"), tonumber("0x1p-2"))
--> 255	-255	-1	0.25
print(tonumber("9223372036854775807"), tonumber("9223372036854775808"), tonumber("-9223372036854775808"))
--> 9223372036854775807	9.2233720368548e+18	-9223372036854775808
print(tonumber("1e308"), tonumber("1e309"), tonumber("1e-400"))  --> 1e+308	inf	0.0
print(tonumber("\t 12 \n"), tonumber("12a"), tonumber("1\0"), tonumber("0b1"))  --> 12	nil	nil	nil
print(tonumber("ff", 16), tonumber("FF", 16), tonumber("zz", 36), tonumber("777", 8), tonumber("101", 2))
--> 255	255	1295	511	5
print(tonumber("8", 8), tonumber("-ff", 16), tonumber(" 11 ", 2), tonumber("1.0", 10), tonumber("", 10))
--> nil	-255	3	nil	nil
print(tonumber("7fffffffffffffff", 16), tonumber("ffffffffffffffff", 16))  --> 9223372036854775807	-1
print(tonumber(5), tonumber(5.5), tonumber(nil), tonumber({}), tonumber(true))  --> 5	5.5	nil	nil	nil
local function err(...) print((select(2, pcall(...)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(tonumber)                     --> bad argument #1 to 'tonumber' (value expected)
err(tonumber, "1", 1)             --> bad argument #2 to 'tonumber' (base out of range)
err(tonumber, "1", 37)            --> bad argument #2 to 'tonumber' (base out of range)
err(tonumber, 1, 10)              --> bad argument #1 to 'tonumber' (string expected, got number)
err(tonumber, {}, 10)             --> bad argument #1 to 'tonumber' (string expected, got table)
err(tostring)                     --> bad argument #1 to 'tostring' (value expected)
print(tostring(nil), tostring(true), tostring(12), tostring(-0.0), tostring("s"), tostring(1e15))
--> nil	true	12	-0.0	s	1e+15
print((tostring({}):gsub("0x%x+", "PTR")), (tostring(function() end):gsub("0x%x+", "PTR")))
--> table: PTR	function: PTR
print((tostring(coroutine.create(print)):gsub("0x%x+", "PTR")), (tostring(io.stdout):gsub("0x%x+", "PTR")))
--> thread: PTR	file (PTR)
