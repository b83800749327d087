-- pid and ref are types of their own: equal, ordered, printable, keys.
local me = self()
local a, b = make_ref(), make_ref()
print(type(me), type(a))           --> pid	ref
print(me == self(), a == a, a == b, me == a)   --> true	true	false	false
print(a < b or b < a, a <= a, me <= me)        --> true	true	true
local t = {[me] = "me", [a] = "a", [b] = "b"}
print(t[self()], t[a], t[b], t[make_ref()])    --> me	a	b	nil
print(type(tostring(me)), tostring(me) == tostring(self()), tostring(a) ~= tostring(b))
--> string	true	true
me ! {me, a}
receive case {p, r} then print(p == me, r == a, t[p], t[r]) end    --> true	true	me	a
print(math.type(me), tonumber(me), #{me, a})   --> nil	nil	2
print((pcall(function() return me.field end)), (pcall(function() return me + 1 end)))  --> false	false
print((pcall(function() return me < a end)))   --> false
print((pcall(function() return me < 1 end)))   --> false
local pids = {}
for i = 1, 10 do pids[i] = spawn(function() end) end
table.sort(pids)
local ok = true
for i = 2, 10 do ok = ok and pids[i - 1] < pids[i] end
print(ok)                          --> true
