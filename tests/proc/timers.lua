-- send_after, cancel_timer, sleep.
local me = self()
local t0 = now()
send_after(30, me, "thirty")
send_after(10, me, "ten")
send_after(20, me, {"twenty", 20})
send_after(0, me, "zero")
print(receive())                   --> zero
print(receive())                   --> ten
print(receive()[1])                --> twenty
print(receive())                   --> thirty
print(now() - t0 >= 30)            --> true

local timer = send_after(10000, me, "never")
print(type(timer))                 --> ref
local left = cancel_timer(timer)
print(left > 9000 and left <= 10000)       --> true
print(cancel_timer(timer))         --> false
local past = send_after(1, me, "past")
print(receive())                   --> past
print(cancel_timer(past))          --> false

-- The message is a copy of the moment of send_after.
local t = {1}
send_after(5, me, t)
t[1] = "changed"
print(receive()[1])                --> 1

-- To another process, to a name, to the dead.
local p = spawn(function() receive case m then me ! {m} end end)
send_after(1, p, "hi")
print(receive()[1])                --> hi
register("main", me)
send_after(1, "main", "named")
print(receive())                   --> named
send_after(1, p, "late")
sleep(5)

-- sleep gives way to others and takes no message.
spawn(function() me ! "while sleeping" end)
t0 = now()
sleep(15)
print(now() - t0 >= 15, receive(0))        --> true	while sleeping
sleep(0)

-- Many timers fire in order.
for i = 20, 1, -1 do send_after(i * 10, me, i) end
local ok, last = true, 0
for _ = 1, 20 do local n = receive(); ok = ok and n > last; last = n end
print(ok)                          --> true
