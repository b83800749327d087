-- exit() inside a catch: Erlang's is an exception of a class of its own, which catch takes;
-- here pcall does not, so that a general handler of errors never keeps a process alive.
local t = require("trace")
t.differs("exit inside a catch", t.ends(function()
  pcall(function() exit("bad") end)
  exit("went on")
end))
-- an error can be caught in both
t.say("error inside a catch", t.ends(function()
  local ok, e = pcall(error, {"oops"})
  exit({"caught", ok, e})
end))
-- the signal cannot be caught in either
t.say("a signal inside a catch", t.ends(function()
  pcall(function() exit(self(), "bad") end)
  exit("went on")
end))
