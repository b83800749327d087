-- lua: same
-- and, or, not, comparison in all positions.

print(nil and 1, false and 1, 0 and 1, "" and 1)  --> nil	false	1	1
print(nil or 1, false or nil, 1 or error("not evaluated"))  --> 1	nil	1
print(not nil, not 0, not not "", not (1 == 2))  --> true	false	true	true
print(1 and 2 and 3, 1 and nil and 3, nil or false or 3, false == nil)  --> 3	nil	3	false
local a, b = nil, 2
print(a and a.x or "none", b and b > 1 and "big" or "small")  --> none	big
print(1 < 2 == true, "a" .. "b" == "ab", not 1 == 2)  --> true	true	false
print(2 ^ 3 ^ 2, -2 ^ 2, not nil == true, 1 .. 2 .. 3)  --> 512.0	-4.0	true	123
print(1 + 2 * 3 - 4 / 2, (1 + 2) * 3, 7 // 2 * 2 + 7 % 2, 1 << 2 + 1, 5 & 3 | 8, 6 ~ 3 & 1)
--> 5.0	9	7	8	9	7
print("a" < "b" and "b" < "c", 1 <= 1 and 2 >= 3, 5 ~= 5.0)  --> true	false	false
local function f(x) io.write(tostring(x), " ") return x end
print(f(1) and f(false) or f(3))  --> 1 false 3 3
print((f(nil) or f(2)) and f(3))  --> nil 2 3 3
local t = {f(1), f(2) or f(3), n = f(4) and f(5)}
print(#t, t.n)                    --> 1 2 4 5 2	5
if nil then print("no") elseif false then print("no") elseif 0 then print("zero is true") else print("no") end
--> zero is true
local x = 5
while x > 0 and not (x == 2) do x = x - 1 end
print(x)                          --> 2
local function tail(n, acc) if n == 0 then return acc end return tail(n - 1, acc + n) end
print(tail(100000, 0))            --> 5000050000
print((function(...) return ... and true or false end)(nil), (function() return 1 == 1 end)())
--> false	true
local y = a == nil and b ~= nil and "both"
print(y, a == b, a ~= b, (a or b) == 2)  --> both	false	true	true
