-- process_info tells the basics about a living process.
local me = self()
local p = spawn(function() receive case "end" then end end)
sleep(5)
local info = process_info(p)
print(type(info))                  --> table
p ! 1; p ! 2; p ! 3
sleep(5)
info = process_info(p)
print(info.messages)               --> 3
print(type(info.memory), type(info.reductions), info.state)   --> number	number	receiving
local own = process_info(me)
print(own.state)                  --> running
register("main", me)
print(process_info(me).name)       --> main
local ref = monitor(p)
p ! "end"
receive case {"DOWN", ^ref} then end
print(process_info(p))             --> nil
