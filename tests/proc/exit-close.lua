-- exit() runs the close handlers, is not caught by pcall; a signal from
-- another process runs no Lua.
local me = self()
local function closer(name)
  return setmetatable({}, {__close = function() me ! {"closed", name} end})
end
local p, ref = spawn_monitor(function()
  local a <close> = closer("a")
  pcall(function()
    local b <close> = closer("b")
    exit("done")
  end)
  me ! "not reached"
end)
receive case {"closed", n} then print(n) end       --> b
receive case {"closed", n} then print(n) end       --> a
receive case {"DOWN", ^ref, reason = r} then print(r) end      --> done

p, ref = spawn_monitor(function()
  local a <close> = closer("a")
  me ! "ready"
  receive case "never" then end
end)
receive case "ready" then end
exit(p, "signal")
receive case {"DOWN", ^ref, reason = r} then print(r) end      --> signal
print(receive(0))                  --> nil	timeout

-- The end of the function closes as well.
spawn(function() local a <close> = closer("end") end)
receive case {"closed", n} then print(n) end       --> end
