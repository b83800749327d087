-- A process that had waited for the pool counted as waiting for ever, so the
-- program did not end.
local name = os.tmpname()
local f = io.open(name, "w")
f:write("text")
f:close()
for line in io.lines(name) do print(line) end      --> text
local q, first = spawn_monitor(function()
  local f = io.open(name)
  print(f:read("a"))                               --> text
end)
receive case {"DOWN", ^first} then end
local p, ref = spawn_monitor(function() local f = io.open(name) exit("with an open file") end)
receive case {"DOWN", ^ref, reason = r} then print(r) end
--> with an open file
os.remove(name)
