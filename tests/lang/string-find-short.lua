-- lua: same
-- Short searches give what long ones give: results of every number, captures,
-- sets that look alike, errors.
local find, match = string.find, string.match

-- as many results as are wanted
local a, b, c, d = find("key = value", "(%w+) = (%w+)")
print(a, b, c, d)                                       --> 1	11	key	value
local e, f, g, h, i = find("ab", "b")
print(e, f, g, h, i)                                    --> 2	2	nil	nil	nil
local j = find("ab", "(a)(b)")
print(j, (match("2024-05", "(%d+)-(%d+)")))             --> 1	2024
find("ab", "()")
print(find("", ""), match("abc", "()b()"))              --> 1	2	3
print(({ find("a", "(a)") })[3], #{ match("abcdef", "(.)(.)(.)(.)(.)(.)") })  --> a	6
print(#{ match("abcdefgh", "(.)(.)(.)(.)(.)(.)(.)(.)") }, match("x", "y"))  --> 8	nil
local many = table.pack(find(("ab"):rep(200), "(.)(.)(.)(.)(.)(.)(.)(.)(.)"))
print(many.n, many[3], many[11])                        --> 11	a	a

-- where it begins
print(find("aXbX", "X", 3), find("aXbX", "X", -1), find("aX", "X", 5), find("aX", "X", -9))
--> 4	4	nil	2	2
print(match("  x", "^%s*x", 2), match("  x", "^x"), find("a.b", ".", 2, true), find("a+b", "+"))
-->  x	nil	2	2	2

-- sets with the same beginning, one after the other and again
for _ = 1, 2 do
  print(match("x]y", "[^]]+"), match("x-y", "[x-]+"), match("xyz", "[x-z]+"), match("x^", "[x^]+"))
  print(match("a,b", "[^,]*"), match("a,b", "[^,b]*"), match("a;b", "[^,;]*"), match("%a", "[%%a]+"))
  print(match("]]", "[]]+"), match("a-z", "[a%-z]+"), match("a b", "[%a ]+"), match("\0a", "[%z\1-\127]+") == "\0a")
end
--> x	x-	xyz	x^
--> a	a	a	%a
--> ]]	a-z	a b	true
--> x	x-	xyz	x^
--> a	a	a	%a
--> ]]	a-z	a b	true
for _, p in ipairs({ "[a", "[]", "[^]", "[a%", "[", "%", "(a", "a)", "%1", "[a-%", "%b", "%f" }) do
  local ok, err = pcall(function() local r = find("aaa", p, 1) return r end)
  print(ok, (tostring(err):gsub("^[^:]+:%d+: ", "")))
end
--> false	malformed pattern (missing ']')
--> false	malformed pattern (missing ']')
--> false	malformed pattern (missing ']')
--> false	malformed pattern (missing ']')
--> false	malformed pattern (missing ']')
--> false	malformed pattern (ends with '%')
--> false	unfinished capture
--> true	nil
--> false	invalid capture index %1
--> false	malformed pattern (missing ']')
--> false	malformed pattern (missing arguments to '%b')
--> false	missing '[' after '%f' in pattern

-- what begins a match, and how it goes on from there
print(match("aab", "a+b"), match("aab", "a+"), match("xaab", "[a]+b"), match("xab", "%a+b"), match("aaab", "aab"))
--> aab	aa	aab	xab	aab
print(match("foo.bar", "%.(%a+)$"), match("a1b22", "%d%d"), match("b", "a?b"), match("ab", "a-b"))
--> bar	22	b	ab
print(("a1b2"):gsub("%a%d", "%0."), ("aaa"):gsub("a", "b"), ("hello world"):gsub("o+", "0"))
--> a1.b2.	bbb	hell0 w0rld	2
for k in ("one two"):gmatch("%a+") do io.write(k, ";") end print()      --> one;two;

-- long texts, far matches, much backtracking
local text = ("x"):rep(100000) .. "yz"
print(find(text, "y"), find(text, "[yz]+"), find(text, "yq"), find(text, "[y]z"), (find(text, "y[z]$")))
--> 100001	100001	nil	100001	100001
