-- lua: same
-- Metamethods of the operators.

local mt = {}
local function show(v) return type(v) == "table" and "obj" or tostring(v) end
for _, name in ipairs {"add", "sub", "mul", "div", "mod", "pow", "idiv",
                       "band", "bor", "bxor", "shl", "shr", "concat"} do
  mt["__" .. name] = function(a, b) return name .. "(" .. show(a) .. "," .. show(b) .. ")" end
end
mt.__unm = function(a, b) return "unm(" .. show(a) .. "," .. show(b) .. ")" end
mt.__bnot = function(a) return "bnot(" .. show(a) .. ")" end
mt.__len = function(a) return "len" end
local o = setmetatable({}, mt)

print(o + 1, 1 + o, o + o)        --> add(obj,1)	add(1,obj)	add(obj,obj)
print(o - 1, 2 - o)               --> sub(obj,1)	sub(2,obj)
print(o * 1, 2.5 * o)             --> mul(obj,1)	mul(2.5,obj)
print(o / 1, 1 / o)               --> div(obj,1)	div(1,obj)
print(o % 1, 1 % o)               --> mod(obj,1)	mod(1,obj)
print(o ^ 2, 2 ^ o)               --> pow(obj,2)	pow(2,obj)
print(o // 2, 2 // o)             --> idiv(obj,2)	idiv(2,obj)
print(o & 1, 1 & o, o | 1, 1 | o, o ~ 1, 1 ~ o)
--> band(obj,1)	band(1,obj)	bor(obj,1)	bor(1,obj)	bxor(obj,1)	bxor(1,obj)
print(o << 1, 1 << o, o >> 1, 1 >> o)  --> shl(obj,1)	shl(1,obj)	shr(obj,1)	shr(1,obj)
print(o .. "x", "x" .. o, 1 .. o, o .. 2, o .. o)
--> concat(obj,x)	concat(x,obj)	concat(1,obj)	concat(obj,2)	concat(obj,obj)
print("a" .. "b" .. o)            --> aconcat(b,obj)
print(-o, ~o, #o)                 --> unm(obj,obj)	bnot(obj)	len
print("s" + o, o + "10")          --> add(s,obj)	add(obj,10)

-- The left operand's metamethod comes first.
local p = setmetatable({}, {__add = function() return "p" end})
print(o + p, p + o)               --> add(obj,obj)	p

-- Comparison.
local cmp = {
  __lt = function(a, b) return a.n < b.n end,
  __le = function(a, b) return a.n <= b.n end,
  __eq = function(a, b) return a.n == b.n end,
}
local function num(n) return setmetatable({n = n}, cmp) end
print(num(1) < num(2), num(1) > num(2), num(2) <= num(2), num(2) >= num(3))  --> true	false	true	false
print(num(1) == num(1), num(1) ~= num(1), num(1) == num(2), rawequal(num(1), num(1)))
--> true	false	false	false
print(num(1) == 1, num(1) ~= 1)   --> false	true
local odd = setmetatable({}, {__lt = function() return nil end, __le = function() return 0 end})
print(odd < odd, odd <= 1, 1 < odd)  --> false	true	false
local function err(f) print((select(2, pcall(f)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(function() return {} < {} end)  --> attempt to compare two table values
err(function() return {} < 1 end) --> attempt to compare table with number
err(function() return "a" < 1 end)  --> attempt to compare string with number
err(function() return nil > 1 end)  --> attempt to compare number with nil
err(function() return setmetatable({}, {__le = cmp.__le}) < setmetatable({}, {}) end)
--> attempt to compare two table values

-- A result of a comparison in a condition.
if num(1) < num(2) then print("yes") end  --> yes
if not (num(3) <= num(2)) then print("no") end  --> no
