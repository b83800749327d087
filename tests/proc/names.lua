-- register, whereis, send by name.
local me = self()
local function echo()
  while true do
    receive
      case {"echo", from, x} then from ! x
      case "stop" then return
    end
  end
end
local p = spawn(echo)
print(whereis("echo"))             --> nil
print(register("echo", p))         --> true
print(whereis("echo") == p)        --> true
send("echo", {"echo", me, "by send"})
print(receive())                   --> by send
local name = "echo"
name ! {"echo", me, "by operator"}
print(receive())                   --> by operator

-- A name belongs to one process, a process has one name.
print((pcall(register, "echo", me)))       --> false
print((pcall(register, "second", p)))      --> false

-- The name is free when the process is gone.
local ref = monitor("echo")
p ! "stop"
receive case {"DOWN", ^ref, name = n, reason = r} then print(n, r) end     --> echo	normal
print(whereis("echo"))             --> nil
register("echo", me)
send("echo", "to myself")
print(receive())                   --> to myself

-- To a name nobody has is an error.
print((pcall(send, "nobody", 1)))  --> false
print((pcall(register, "dead", p)))        --> false
print((pcall(register, 5, me)))    --> false
