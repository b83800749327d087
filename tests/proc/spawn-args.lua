-- A process gets the arguments of spawn, copied.
local me = self()
local t = {1, 2}
spawn(function(...)
  local a, b, c, d = ...
  d[1] = "changed"
  me ! {select("#", ...), a, b, c, #d}
end, 1, nil, "three", t)
receive
  case {n, a, nil, c, len} then print(n, a, c, len)   --> 4	1	three	2
end
print(t[1])                        --> 1

-- Two arguments that are the same table are the same table there.
spawn(function(x, y) me ! (x == y) end, t, t)
receive case same then print(same) end                --> true

-- spawn returns the pid the child has.
local p = spawn(function() me ! self() end)
receive case q then print(p == q, type(p)) end        --> true	pid
print(p ~= me)                     --> true

-- What is no function cannot be spawned.
print((pcall(spawn)))              --> false
print((pcall(spawn, 5)))           --> false
print((pcall(spawn, nil, 1)))      --> false

-- Functions of the library are functions.
spawn(send, me, "sent by send")
print(receive(1000))               --> sent by send
