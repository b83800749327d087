-- lua: same
-- The utf8 library.

local s = "aé€😀"
print(#s, utf8.len(s), utf8.len(""), utf8.len(s, 2), utf8.len(s, -4))  --> 10	4	0	3	1
print(utf8.char(97, 233, 8364, 128512), utf8.char(), utf8.char(0x7FFFFFFF) == "\u{7FFFFFFF}")
--> aé€😀		true
print(utf8.codepoint(s, 1, -1))   --> 97	233	8364	128512
print(utf8.codepoint(s), utf8.codepoint(s, 2))  --> 97	233
print(utf8.offset(s, 1), utf8.offset(s, 2), utf8.offset(s, 3), utf8.offset(s, 4), utf8.offset(s, 5), utf8.offset(s, 6))
--> 1	2	4	7	11	nil
print(utf8.offset(s, -1), utf8.offset(s, -2), utf8.offset(s, 0, 3), utf8.offset(s, 0))  --> 7	4	2	1
for p, c in utf8.codes(s) do io.write(p, ":", c, " ") end
print(".")                        --> 1:97 2:233 4:8364 7:128512 .
for c in s:gmatch(utf8.charpattern) do io.write("[", c, "]") end
print(".")                        --> [a][é][€][😀].
print(utf8.len("\xff"), utf8.len("ab\x80"), utf8.len("\xF4\x90\x80\x80"), utf8.len("\xF4\x90\x80\x80", 1, -1, true))
--> nil	nil	nil	1
print(utf8.len("\u{D800}", 1, -1, true), utf8.len("\xED\xA0\x80"))  --> 1	nil	1
local function err(...) print((select(2, pcall(...)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(utf8.codepoint, "\xff")       --> invalid UTF-8 code
err(utf8.codepoint, "abc", 4)     --> bad argument #3 to 'utf8.codepoint' (out of bounds)
err(utf8.len, "abc", 5)           --> bad argument #2 to 'utf8.len' (initial position out of bounds)
err(utf8.char, -1)                --> bad argument #1 to 'utf8.char' (value out of range)
err(utf8.offset, "a€", 1, 3)    --> initial position is a continuation byte
err(function() for _ in utf8.codes("a\xffb") do end end)  --> invalid UTF-8 code
print(select("#", utf8.codepoint("", 1, 0)))  --> 0
