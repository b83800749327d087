-- lua: same
-- Many locals, upvalues, constants and arguments.

local src = {}
for i = 1, 190 do src[i] = "local v" .. i .. " = " .. i end
src[#src + 1] = "return v1 + v100 + v190"
print(load(table.concat(src, "\n"))())  --> 291

src = {}
for i = 1, 60 do src[#src + 1] = "local u" .. i .. " = " .. i end
src[#src + 1] = "return function() return 0"
for i = 1, 60 do src[#src + 1] = " + u" .. i end
src[#src + 1] = " end"
print(load(table.concat(src, "\n"))()())  --> 1830

src = {"return {"}
for i = 1, 3000 do src[#src + 1] = i + 0.5 .. ",'s" .. i .. "'," end
src[#src + 1] = "}"
local t = load(table.concat(src))()
print(#t, t[1], t[5999], t[6000]) --> 6000	1.5	3000.5	s3000

src = {"local t = {}"}
for i = 1, 1000 do src[#src + 1] = "t.field" .. i .. " = " .. i end
src[#src + 1] = "return t.field1 + t.field500 + t.field1000"
print(load(table.concat(src, "\n"))())  --> 1501

print(load("local function f(" .. ("a,"):rep(150) .. "b) return a, b end return f(" .. ("1,"):rep(150) .. "2)")())
--> 1	2
print((load(("local x = 1\n"):rep(201))))  --> nil
src = {"local x = ..."}
for i = 1, 500 do src[#src + 1] = (i == 1 and "if" or "elseif") .. " x == " .. i .. " then return 'case " .. i .. "'" end
src[#src + 1] = "end"
local f = load(table.concat(src, "\n"))
print(f(1), f(500), f(501))       --> case 1	case 500
