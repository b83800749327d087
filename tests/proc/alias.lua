-- A monitor with an alias: the ref is also an address for one answer, and
-- leaving its scope drops what comes late.
local function server()
  while true do
    receive
      case {"call", ref, {"add", a, b}} then ref ! {ref, "ok", a + b}
      case {"call", ref, {"fail", why}} then ref ! {ref, "error", why}
      case {"call", ref, {"slow", ms}} then sleep(ms) ref ! {ref, "ok", "late"}
      case {"call", _, "end"} then exit("server ended")
    end
  end
end

local function call(to, request, ms)
  local ref <close> = monitor(to, {alias = true})
  to ! {"call", ref, request}
  receive
    case {^ref, "ok", result} then
      return result
    case {^ref, "error", why} then
      error(why, 0)
    case {"DOWN", ^ref, reason = reason} then
      error("down: " .. tostring(reason), 0)
    after ms or 5000 then
      error("timeout", 0)
  end
end

local s = spawn(server)
print(call(s, {"add", 1, 2}))                  --> 3
print(pcall(call, s, {"fail", "no"}))          --> false	no
print(pcall(call, s, {"slow", 20}, 5))         --> false	timeout
sleep(40)
print(receive(0))                              --> nil	timeout
print(pcall(call, s, "end"))                   --> false	down: server ended
print(pcall(call, s, {"add", 1, 2}))           --> false	down: noproc
print(receive(0))                              --> nil	timeout
