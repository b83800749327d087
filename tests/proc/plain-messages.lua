-- Small tables take a way of their own into a message and out of it: nothing
-- of them may get lost or come to be shared on it.
local me = self()

local function through(v)
  me ! {"it", v}
  receive case {"it", got} then return got end
end

-- Each value, of each kind, and the holes between.
local t = through{1, 2.5, true, false, "constant", ("dy"):rep(20), nil, self(), x = "y", [2 ^ 40] = "far"}
print(t[1], t[2], t[3], t[4], t[5], t[6] == ("dy"):rep(20), t[7], t[8] == self(), t.x, t[1 << 40])
--> 1	2.5	true	false	constant	true	nil	true	y	far

-- A table that is met twice is one; so is a circle.
local shared = {"s"}
local a = {shared, {shared}, k = shared}
a.me = a
local b = through(a)
print(b[1] == b[2][1], b.k == b[1], b.me == b, b ~= a, b[1] ~= shared) --> true	true	true	true	true

-- What is done to the copy is not seen, nor the other way round.
b[1][1], b.new = "changed", 1
print(shared[1], a.new) --> s	nil

-- A key without a value is no key of the copy.
local keyed = {}
for i = 1, 6 do keyed["k" .. i] = i end
for i = 1, 5 do keyed["k" .. i] = nil end
local got, n = through(keyed), 0
for k, v in pairs(got) do n = n + 1; print(k, v) end --> k6	6
got.k1 = "again"
print(n, got.k1, keyed.k1) --> 1	again	nil

-- Keys that were made just now.
local made = {}
for i = 1, 5 do made["key" .. i] = {["in" .. i] = i} end
local m = through(made)
print(m.key1.in1, m["key" .. 5]["in" .. 5], m.key6, made.key1 ~= m.key1) --> 1	5	nil	true
for i = 1, 300 do m["more" .. i] = {} end       -- and garbage is collected
print(m["key" .. 3].in3) --> 3

-- More tables in each other than are weighed, and larger ones: the long way, the same result.
local deep = {0}
for i = 1, 20 do deep = {i, deep} end
local d, depth = through(deep), 0
while d[2] do depth, d = depth + 1, d[2] end
print(depth, d[1]) --> 20	0
local wide = {}
for i = 1, 100 do wide[i] = {i} end
local w = through(wide)
print(#w, w[100][1], w[1] ~= wide[1]) --> 100	100	true

-- Many, with garbage between: what was bound by a clause stays what it is.
local sum, texts = 0, {}
for i = 1, 2000 do me ! {"n", {i, {i}}, "t" .. i} end
for i = 1, 2000 do
  receive case {"n", {x, y}, text} then
    local garbage = {x, text}
    sum = sum + x + y[1]
    texts[#texts + 1] = text
  end
end
print(sum == 2000 * 2001, texts[1], texts[2000]) --> true	t1	t2000

-- The whole message, by name.
me ! {"whole", {1}, [3] = "x"}
receive case all: table then print(all[1], all[2][1], all[3]) end --> whole	1	x

-- A metatable of the library travels as what it is; one's own is copied.
local mt = {__index = function() return "mine" end}
print(through(setmetatable({}, mt)).any) --> mine
