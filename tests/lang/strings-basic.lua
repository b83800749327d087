-- lua: same
-- len, sub, rep, reverse, upper, lower, byte, char, comparison.

print(#"", #"abc", #"a\0b", ("x"):len())  --> 0	3	3	1
print(("hello"):sub(2), ("hello"):sub(2, 3), ("hello"):sub(-3), ("hello"):sub(-3, -2))
--> ello	el	llo	ll
print("[" .. ("hello"):sub(4, 2) .. "]", "[" .. ("hello"):sub(10) .. "]", ("hello"):sub(0))
--> []	[]	hello
print(("hello"):sub(math.mininteger, math.maxinteger), ("hello"):sub(-100, 2))  --> hello	he
print(("ab"):rep(3), ("ab"):rep(3, "-"), "[" .. ("ab"):rep(0) .. "]", "[" .. ("ab"):rep(-1) .. "]")
--> ababab	ab-ab-ab	[]	[]
print(("hello"):reverse(), #(""):reverse())  --> olleh	0
print(("MiXed 1!"):upper(), ("MiXed 1!"):lower())  --> MIXED 1!	mixed 1!
print(("ABC"):byte(), ("ABC"):byte(2), ("ABC"):byte(1, -1))  --> 65	66	65	66	67
print(("ABC"):byte(10), ("ABC"):byte(-1))  --> nil	67
print(string.char(), string.char(72, 105), #string.char(0, 255))  --> 	Hi	2
print((pcall(string.char, 256)))  --> false
print("a" < "b", "a" < "A", "Z" < "a", "" < "a", "a" < "aa", "a\0b" < "a\0c")
--> true	false	true	true	true	true
print("10" < "9", "abc" <= "abc", "b" > "abc")  --> true	true	true
local zap = "\65\066\x43\u{44}\z
            E"
print(zap, "tab\tend", 'single "double"', "\"esc\\")  --> ABCDE	tab	end	single "double"	"esc\
local long = [[
skipped first newline]]
print(long, [==[a]]b]==])         --> skipped first newline	a]]b
local cont = "line\
continued"
print(#cont, (cont:gsub("\n", "/")))  --> 14	line/continued
print("\u{7FFFFFFF}" == "\xFD\xBF\xBF\xBF\xBF\xBF", "\u{20AC}", #"\u{10FFFF}")  --> true	€	4
local function err(f) print((select(2, pcall(f)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(function() return ("x"):rep(-1):bad() end)  --> attempt to call a nil value (method 'bad')
err(function() return #5 end)     --> attempt to get length of a number value
err(function() return ("x"):rep({}) end)  --> bad argument #1 to 'rep' (number expected, got table)
err(function() return string.rep() end)  --> bad argument #1 to 'rep' (string expected, got no value)
err(function() return ("abc"):sub("x") end)  --> bad argument #1 to 'sub' (number expected, got string)
err(function() return ("abc"):sub(1.5) end)
--> bad argument #1 to 'sub' (number has no integer representation)
print(("abc"):sub("2"), ("abc"):sub(2.0))  --> bc	bc
