-- An error that nobody catches ends its process only: a crash report on
-- stderr, the reason to those who watch.
local me = self()
local p, ref = spawn_monitor(function()
  local account = {}
  print(account.owner.name)
  --| attempt to index a nil value (field 'owner')
  --| error-crash.lua:6
end)
receive
  case {"DOWN", ^ref, pid = ^p, reason = {"error", value, traceback = text}} then
    print((value:gsub("^.-:%d+: ", "")))   --> attempt to index a nil value (field 'owner')
    print(type(text), text:find("error-crash.lua:6", 1, true) ~= nil)   --> string	true
end

-- The value of the error may be anything.
p, ref = spawn_monitor(function() error({code = 404}) end)
receive case {"DOWN", ^ref, reason = {"error", {code = c}}} then print(c) end      --> 404
p, ref = spawn_monitor(function() error("text only", 0) end)
receive case {"DOWN", ^ref, reason = {"error", v}} then print(v) end               --> text only
p, ref = spawn_monitor(function() error() end)
receive case {"DOWN", ^ref, reason = {"error", ...}} then print("nil error") end   --> nil error

-- Links hear it as well.
process_flag("trap_exit", true)
p = spawn_link(function() error("linked", 0) end)
receive case {"EXIT", ^p, reason = {"error", v}} then print(v) end                 --> linked

-- An error caught is no crash.
p, ref = spawn_monitor(function() pcall(error, "caught") end)
receive case {"DOWN", ^ref, reason = r} then print(r) end                          --> normal
