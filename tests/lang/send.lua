-- to ! message, in all the places where a statement stands.

local me = self()
local t = {pid = me, list = {me}}
function t:who() return self.pid end
me ! 1
t.pid ! 2
t.list[1] ! 3
t:who() ! 4
self() ! 5
(me) ! 6
if true then me ! 7 end
me ! 8 me ! 9;
me ! "ten" .. "!"
me ! 10 + 1
me ! not true
me ! {1, 2} me ! -12
me ! function() return 13 end
for i = 1, 2 do t.pid ! i end
local function f(p) p ! "from f" end
f(me)
local got = {}
while true do
  receive
    case g: function then got[#got + 1] = g()
    case {a, b} then got[#got + 1] = a + b
    case v then got[#got + 1] = tostring(v)
    else break
  end
end
print(table.concat(got, " "))
--> 1 2 3 4 5 6 7 8 9 ten! 11 false 3 -12 13 1 2 from f

-- The function says the same and returns true.
print(send(me, "by function"), receive())         --> true	by function

-- `!` is not a look-up of `send`.
do
  local send = nil
  me ! "still sent"
end
print(receive())                                  --> still sent

-- The left side first, then the message.
local log = {}
local function note(name, v) log[#log + 1] = name return v end
note("to", me) ! note("message", "m")
print(table.concat(log, " "), receive())          --> to message	m

-- Errors: no target, nothing to send.
local function err(f) print((select(2, pcall(f)):gsub("^[^:]+:%d+: ", "")) ~= "") end
err(function() me ! nil end)                      --> true
err(function() nil_global ! 1 end)                --> true
err(function() local n = 5; n ! 1 end)            --> true
err(function() send() end)                        --> true
err(function() ("no such name") ! 1 end)          --> true

-- `!` is no operator of expressions, and `!=` gives a hint.
print((load("x = p ! 1")))                        --> nil
print((load("return p ! 1")))                     --> nil
print((load("f(p ! 1)")))                         --> nil
print((load("! 1")))                              --> nil
print((load("p !")))                              --> nil
print((load("1 ! 2")))                            --> nil
print((load("x, p ! 2")))                         --> nil
local _, message = load("if a != b then end")
print(message:find("~=", 1, true) ~= nil)         --> true
