-- lua: same
-- gsub with strings, tables and functions.

print(("hello world"):gsub("o", "0"))  --> hell0 w0rld	2
print(("hello world"):gsub("o", "0", 1))  --> hell0 world	1
print(("hello"):gsub("", "-"))    --> -h-e-l-l-o-	6
print(("hello"):gsub("l+", "[%0]"))  --> he[ll]o	1
print(("key=val"):gsub("(%w+)=(%w+)", "%2=%1"))  --> val=key	1
print(("100%"):gsub("%%", "%% percent"))  --> 100% percent	1
print(("$name is $age"):gsub("%$(%w+)", {name = "Ada", age = 36}))  --> Ada is 36	2
print(("$name is $none"):gsub("%$(%w+)", {name = "Ada", none = false}))  --> Ada is $none	2
print(("1 2 3"):gsub("%d", function(d) return d * 2 end))  --> 2 4 6	3
print(("1 2 3"):gsub("%d", function(d) if d == "2" then return nil end return "x" end))  --> x 2 x	3
print(("abc"):gsub("%w", "%0%0")) --> aabbcc	3
print(("abc"):gsub("(b)()", function(a, pos) return a:upper() .. pos end))  --> aB3c	1
print(("a b c"):gsub("^%a", "X")) --> X b c	1
print(("aaa"):gsub("^a", "b"))    --> baa	1
print(("abc def"):gsub("%f[%a]%a", string.upper))  --> Abc Def	2
print(("x"):gsub(".", {x = 1.5})) --> 1.5	1
print(("abc"):gsub("b*", "-"))    --> -a-c-	3
print((""):gsub("x*", "y"))       --> y	1
print(("a,b,,c"):gsub(",", ";", 2), ("abc"):gsub(".", "", 0))  --> a;b;,c	abc	0
print(("äö"):gsub("[\x80-\xff]+", "?"))  --> ?	1
local function err(...) print((select(2, pcall(...)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(string.gsub, "abc", "b", "%2")  --> invalid capture index %2
err(string.gsub, "abc", "b", "%x")  --> invalid use of '%' in replacement string
err(string.gsub, "abc", "b", function() return {} end)  --> invalid replacement value (a table)
err(string.gsub, "abc", "b", true)
--> bad argument #3 to 'gsub' (string/function/table expected, got boolean)
err(string.gsub, "abc", "b")
--> bad argument #3 to 'gsub' (string/function/table expected, got no value)
print(pcall(string.gsub, "abc", "b", function() error("inside", 0) end))  --> false	inside

-- Nested gsub: each call keeps its own state.
print((("a1b2"):gsub("%a", function(c)  --> 97.97.97.198.98.98.2
  return (c:rep(3):gsub(".", function(x) return x:byte() .. "." end))
end)))
