-- lua: same
-- %p tells values apart; short texts are the same wherever they come from, long ones are not.
local function p(v) return string.format("%p", v) end
local s = ("a"):rep(40)
print(p(s) == p(("aa"):rep(20)), p(s) == p(s .. "b"))           --> true	false
local l1, l2 = ("a"):rep(41), ("a"):rep(41)
print(l1 == l2, p(l1) == p(l1), p(l1) == p(l2))                 --> true	true	false
l1, l2 = ("a"):rep(300), ("a"):rep(300)
local l3 = l1
print(p(l1) == p(l3), p(l1) == p(l2), #p(l1) > 2)               --> true	false	true
print(p(1), p(nil), p(true), p({}) == p({}), p(print) == p(print))  --> (null)	(null)	(null)	false	true
