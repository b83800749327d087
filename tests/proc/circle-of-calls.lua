-- Processes that call each other in a circle: a warning tells the path at once,
-- while the program goes on.
local function call(to, what, ms)
  local ref <close> = monitor(to, {alias = true})
  to ! {"call", ref, what}
  receive
    case {^ref, "ok", value} then return value
    case {"DOWN", ^ref} then return "down"
    after ms or math.huge then return "late"
  end
end

local me = self()
local function server(ms)
  receive case {"ask", other: pid} then me ! {"answer", call(other, "what?", ms)} end
end

-- Two, one of them with a time limit.
local a, b = spawn({name = "anna"}, server, 1e7), spawn({name = "ben"}, server)
a ! {"ask", b}
b ! {"ask", a}
--| warning: 2 processes wait for each other's replies, in a circle
--| waits for the reply of <0.2>
--| waits for the reply of <0.1>
--| circle-of-calls.lua:6
--| registered as 'anna'
--| registered as 'ben'
--| takes {^ref, "ok", value} | {"DOWN", ^ref}
repeat sleep(1) until #waits() == 2
print("goes on")                                --> goes on

-- It is only a warning: what is killed makes the circle go.
exit(a, "kill")
receive case {"answer", x} then print(x) end    --> down

-- Twenty, and one that calls itself.
local ring = {}
for i = 1, 20 do ring[i] = spawn(server) end
for i = 1, 20 do ring[i] ! {"ask", ring[i % 20 + 1]} end
--| warning: 20 processes wait for each other's replies, in a circle
repeat sleep(1) until #waits() == 20
local own = spawn(server)
own ! {"ask", own}
--| warning: 1 process waits for its own reply
repeat sleep(1) local w = waits(own) until w and w.kind == "reply"
for i = 1, 20 do exit(ring[i], "kill") end
exit(own, "kill")
