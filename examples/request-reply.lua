-- request-reply.lua - ask a server, but do not wait for ever.
--
-- Expect:
--   add 2 3     -> ok 5
--   slow        -> timeout
--   add 4 5     -> ok 9
--   quit        -> down (gone)
--   add 6 7     -> down (noproc)
--
-- A request carries a ref, and the answer brings it back: so a late answer to
-- an old request is never taken for the answer to a new one. The ref is that
-- of a monitor on the server. If the server ends, or was gone before, the
-- monitor's message {"DOWN", ref, ...} comes instead of the answer, and the
-- caller does not have to wait for its timeout.

local function server()
  while true do
    receive
      case {"add", from: pid, ref, a, b} then
        from ! {ref, a + b}
      case {"slow", from: pid, ref} then
        sleep(50)
        from ! {ref, "late"}
      case {"quit", ...} then
        exit("gone")
    end
  end
end

local function call(to, ms, what, ...)
  local ref = monitor(to)
  to ! {what, self(), ref, ...}
  receive
    case {^ref, result} then
      demonitor(ref)
      return "ok " .. tostring(result)
    case {"DOWN", ^ref, reason = reason} then
      return "down (" .. tostring(reason) .. ")"
    after ms then
      demonitor(ref)
      return "timeout"
  end
end

local s = spawn(server)

local function show(label, ms, ...)
  print(string.format("%-11s -> %s", label, call(s, ms, ...)))
end

show("add 2 3", 1000, "add", 2, 3)
show("slow",      10, "slow")
show("add 4 5", 1000, "add", 4, 5)
show("quit",    1000, "quit")
show("add 6 7", 1000, "add", 6, 7)
