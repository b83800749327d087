-- lua: same
-- string.format.

local f = string.format
print(f("%d %5d|%-5d|%05d|%+d", 42, 42, 42, 42, 42))  --> 42    42|42   |00042|+42
print(f("%d", 3.0), f("%x %X %#x %o", 255, 255, 255, 8), f("%x", -1))
--> 3	ff FF 0xff 10	ffffffffffffffff
print(f("%f %.2f %8.3f|%-8.1f|%e %.3E", 1.5, 3.14159, 2.5, 2.5, 12345.678, 0.00012))
--> 1.500000 3.14    2.500|2.5     |1.234568e+04 1.200E-04
print(f("%g %g %g %g %.3g", 1e20, 0.1, 100000, 1e-10, 2/3))  --> 1e+20 0.1 100000 1e-10 0.667
print(f("%s %s %s %s", nil, true, 12, 1.5), f("%10s|%-10s|%.2s", "right", "left", "cut"))
--> nil true 12 1.5	     right|left      |cu
print(f("%c%c%c", 76, 117, 97), f("%i", 7))  --> Lua	7
print(f("%q", 'he said "hi"\n\0end\r\t\1272'))
--> "he said \"hi\"\
--> \0end\13\9\1272"
print(f("%q %q %q %q", 1, 0.5, math.mininteger, true), f("%q", 1/0), f("%q", 0/0))
--> 1 0x1p-1 0x8000000000000000 true	1e9999	(0/0)
print(f("%a", 1), f("%.0f", 0.5), f("%.0f", 1.5), f("%5.1f|", -0.04))  --> 0x1p+0	0	2	 -0.0|
print(f("%%"), f("100%%"), f("%s", setmetatable({}, {__tostring = function() return "T" end})))
--> %	100%	T
print(f("%.20s", "abc"), f("%s", "a\0b") == "a\0b", f("%.14g", 0.1), f("%.17g", 0.1))
--> abc	true	0.1	0.10000000000000001
print(f("%d", "10"), f("%s", 10), f("%x", "0x10"), f("% d", 5), f("%.3d", 5))  --> 10	10	10	 5	005
print(f("%-5s|%5s|", "é", "é")) --> é   |   é|
print(f("%.99f", 1/3):sub(1, 20), #f("%99d", 1))  --> 0.333333333333333314	99
local function err(...) print((select(2, pcall(...)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(f, "%d", 1.5)                 --> bad argument #2 to 'format' (number has no integer representation)
err(f, "%d", "x")                 --> bad argument #2 to 'format' (number expected, got string)
err(f, "%d")                      --> bad argument #2 to 'format' (no value)
err(f, "%y", 1)                   --> invalid conversion '%y' to 'format'
err(f, "%", 1)                    --> invalid conversion '%' to 'format'
err(f, "%100d", 1)                --> invalid conversion specification: '%100d'
err(f, "%q", {})                  --> bad argument #2 to 'format' (value has no literal form)
err(f, "%c", "x")                 --> bad argument #2 to 'format' (number expected, got string)
