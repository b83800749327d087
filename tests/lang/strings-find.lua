-- lua: same
-- Patterns: find, match, gmatch.

print(("hello world"):find("wor"), ("hello"):find("l"), ("hello"):find("xyz"))  --> 7	3	nil
print(("hello"):find(""), ("hello"):find("", 10), ("hello"):find("", 6))  --> 1	nil	6	5
print(("a.b"):find(".", 1, true), ("a.b"):find("%."), ("a+b"):find("+", 1, true))  --> 2	2	2	2
print(("hello"):find("l", -2), ("hello"):find("h", -100))  --> 4	1	1
print(("key = value"):match("^(%w+)%s*=%s*(%w+)$"))  --> key	value
print(("2024-05-06"):match("(%d+)-(%d+)-(%d+)"))  --> 2024	05	06
print(("  trim  "):match("^%s*(.-)%s*$") .. "|")  --> trim|
print(("hello"):match("(h)(e)(l+)"), ("hello"):match("()ll()"))  --> h	3	5
print(("abc"):match("b"), ("abc"):match("x"), ("abc"):match(".", -1))  --> b	nil	c
print(("f(a(b)c)d"):match("%b()"), ("THE (quick) fox"):find("%((%a+)%)"))  --> (a(b)c)	5	11	quick
print(("THE (quick) fox"):match("%f[%a]%a+%f[%A]"), ("foobar"):match("%f[b]bar"))  --> THE	bar
print(("[[x]]"):match("%[%[(.*)%]%]"), ("a]b"):match("[]]"), ("a-b"):match("[a%-]+"), ("x^y"):match("[%^]"))
--> x	]	a-	^
print(("abc123"):match("[^%d]+"), ("abc123"):match("[a-c1-2]+"), ("ABC"):match("%u%U?"))  --> abc	abc12	A
print(("aaa"):match("a-"), ("aaa"):match("a-$"), ("aaab"):match("a*b"), ("b"):match("a*b"), ("aab"):match("a+b"), ("b"):match("a?b"))
--> 	aaa	aaab	b	aab	b
print(("\0a\0"):find("%z"), ("a\0b"):find("\0"), ("x\0y"):match("[%z]") == "\0")  --> 1	2	true
print(("hello hello"):match("(h%a+) %1"), ("abab"):match("(a)(b)%1%2"))  --> hello	a	b
print(("%d"):match("%%d"), ("a\nb"):match("a.b") == "a\nb", ("tab\t"):match("%c") == "\t")
--> %d	true	true
print(("0x1F"):match("%x+", 3), ("x_y"):match("[%w_]+"), ("a,b"):match("%p"))  --> 1F	x_y	,
for w in ("one two  three"):gmatch("%a+") do io.write(w, ";") end
print()                           --> one;two;three;
for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do io.write(k, "->", v, ";") end
print()                           --> a->1;b->2;
for p in ("abc"):gmatch("()") do io.write(p, ";") end
print()                           --> 1;2;3;4;
for m in ("abc"):gmatch("%a?") do io.write("[", m, "]") end
print()                           --> [a][b][c]
for m in ("aXbX"):gmatch("%a", 2) do io.write(m) end
print()                           --> XbX
local function err(...) print((select(2, pcall(...)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(string.find, "a", "[a")       --> malformed pattern (missing ']')
err(string.find, "a", "%")        --> malformed pattern (ends with '%')
err(string.find, "a", "(a")       --> unfinished capture
err(string.find, "a", "(a))")     --> invalid pattern capture
err(string.find, "a", "%b")       --> malformed pattern (missing arguments to '%b')
err(string.find, "a", "%f")       --> missing '[' after '%f' in pattern
err(string.find, "a", "%1")       --> invalid capture index %1
err(string.match, "aa", "(a)%2")  --> invalid capture index %2
err(string.find, "a", ("()"):rep(40))  --> too many captures
print(("x"):rep(200):match(("x?"):rep(20) .. ("x"):rep(20)) == ("x"):rep(40))  --> true
