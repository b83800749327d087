-- Instructions on strings that are too long to be looked at in one go.
-- lua: same
local n = 200000
local a = ("x"):rep(n)
local function twin(s) return s:sub(1, -2) .. s:sub(-1) end
local b, c, d = twin(a), a:sub(1, -2) .. "y", a:sub(2)

-- equal, and ordered by the first difference or the length
print(a == b, a ~= b, a == c, a ~= c, a == d)          --> true	false	false	true	false
print(a < b, a <= b, a < c, c < a, d < a, a <= d)      --> false	true	true	false	true	false
print(a > b, a >= b, a > c, not (a == b), not (a < c)) --> false	true	false	false	false
print(rawequal(a, b), rawequal(a, c))                  --> true	false
local function choose(x, y) return x == y and "same" or "other" end
print(choose(a, b), choose(a, c))                      --> same	other

-- joined: with numbers, with others on either side, with a metamethod
local s = a .. 1 .. b .. 2.5 .. "z"
print(#s, s:sub(n + 1, n + 1), s:sub(-4))              --> 400005	1	2.5z
local mt = { __concat = function(x, y)
  return type(x) == "table" and "<" .. #y .. ">" or "[" .. #x .. "]"
end }
local t = setmetatable({}, mt)
print(t .. a .. b, (a .. t):sub(1, 9))                 --> <400000>	[200000]
local r = "l" .. a .. t .. "r"                         -- "l" .. (a .. (t .. "r"))
print(#r, r:sub(-4))                                   --> 200004	x<1>
local function joined(...) local x, y = ... return x .. y end
print(#joined(a, b), select("#", a .. b, c .. d))      --> 400000	2

-- keys: found whatever string has the bytes
local keys = { [a] = 1, [c] = 2 }
print(keys[b], keys[twin(c)], keys[d], keys[twin(d)])  --> 1	2	nil	nil
keys[twin(a)] = 3
keys[twin(d)] = 4
print(keys[a], keys[b], keys[d])                       --> 3	3	4
print(rawget(keys, twin(a)), rawget(keys, a .. "!"))   --> 3	nil
rawset(keys, twin(c), 5)
print(keys[c])                                         --> 5
local count = 0
for k, v in pairs(keys) do count = count + #k + v end
print(count)                                           --> 600011
print(next({ [a] = 1 }, twin(a)))                      --> nil
print(pcall(next, { [a] = 1 }, twin(c)))               --> false	invalid key to 'next'
local mine = setmetatable({}, { __index = setmetatable({}, { __index = keys }) })
print(mine[twin(a)], mine[twin(c) .. "!"])             --> 3	nil
local log = {}
local watched = setmetatable({}, { __newindex = function(_, k, v) log[1] = #k + v end })
watched[twin(a)] = 1
print(log[1])                                          --> 200001
print((twin(a)):gsub(".*", { [a] = "found" }))         --> found	1
print(#table.concat({ a, b, c }, d))                   --> 999998

-- as messages of errors
local _, e = pcall(error, a)
print(#e)                                              --> 200000
_, e = pcall(function() error(a) end)
print(#e > n, e:match("^.-:%d+: xxx"):match("%d+: xxx$"))      --> true	55: xxx
_, e = pcall(function() assert(false, a) end)
print(#e > n, e:match("^.-:%d+: xxx"):match("%d+: xxx$"))      --> true	57: xxx
