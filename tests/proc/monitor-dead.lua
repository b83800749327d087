-- A monitor on a process that is already gone answers at once.
local p = spawn(function() end)
local ref = monitor(p)
receive case {"DOWN", ^ref} then end
ref = monitor(p)
receive
  case {"DOWN", ^ref, pid = who, reason = r} then print(who == p, r)   --> true	noproc
end
-- The same for a name that nobody has.
ref = monitor("nobody")
receive
  case {"DOWN", ^ref, name = n, reason = r} then print(n, r)           --> nobody	noproc
end
