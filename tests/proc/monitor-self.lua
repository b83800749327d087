-- Nobody hears of his own end: a monitor of oneself is a ref and no more.
local ref = monitor(self())
print(type(ref), #process_info().monitors, demonitor(ref))     --> ref	0	false
register("me", self())
print(demonitor(monitor("me")))    --> false

-- With an alias it is an address all the same, until it is taken back.
ref = monitor(self(), {alias = true})
ref ! "hello"
print(receive())                   --> hello
print(demonitor(ref))              --> true
ref ! "late"
print(receive(0))                  --> nil	timeout
