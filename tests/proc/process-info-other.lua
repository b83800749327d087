-- process_info of another process: it is asked, and answers between two of its slices.
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local me = self()

-- What was sent before is counted; one that waits tells what it did, and goes on waiting.
local function until_state(of, state)
  while process_info(of).state ~= state do sleep(1) end
  return state
end
local p, ref = spawn_monitor(function() receive case {"end", x} then me ! {"got", x} end end)
p ! 1; p ! 2
local info = process_info(p)
print(info.pid == p, info.parent == me, info.messages)     --> true	true	2
print(until_state(p, "receiving"))         --> receiving
print(until_state(p, "receiving"))         --> receiving
print(#process_info(p).monitored_by, process_info(p).monitored_by[1] == me)       --> 1	true
p ! {"end", 7}
receive case {"got", x} then print(x) end  --> 7
receive case {"DOWN", ^ref} then end
print(process_info(p))                     --> nil

-- A sleeper sleeps no shorter, with a time limit it is kept.
local sleeper = spawn(function() local t = now() sleep(30) me ! {"slept", now() - t >= 30} end)
local limited = spawn(function()
  local t = now()
  receive case "never" then me ! "never" after 30 then me ! {"waited", now() - t >= 30} end
end)
local bed = spawn(function() sleep(1e9) end)
print(until_state(bed, "sleeping"), until_state(bed, "sleeping"))  --> sleeping	sleeping
exit(bed, "kill")
for _ = 1, 20 do process_info(sleeper) process_info(limited) sleep(1) end
receive case {"slept", ok} then print(ok) end      --> true
receive case {"waited", ok} then print(ok) end     --> true

-- One that never waits.
local busy = spawn(function() while true do end end)
local before = process_info(busy).reductions
sleep(5)
info = process_info(busy)
print(info.state == "ready" or info.state == "running", info.reductions > before)  --> true	true

-- Many ask at once, and it is killed in the middle: each has one answer.
local N = math.max(300 // SCALE, 40)
local function ask(of) return process_info(of) and "alive" or "dead" end
for i = 1, N do spawn(function() me ! {"asked", ask(busy)} end) end
exit(busy, "kill")
for i = 1, N do spawn(function() me ! {"asked", ask(busy)} end) end
local answers = {alive = 0, dead = 0}
for _ = 1, 2 * N do receive case {"asked", a} then answers[a] = answers[a] + 1 end end
print(answers.alive + answers.dead == 2 * N, answers.dead >= N)    --> true	true
print(receive(5))                          --> nil	timeout

-- Who asks is killed while it waits; who is asked asks back.
local target = spawn(function()
  while true do receive case {"ask", q} then me ! {"back", q == self() or ask(q)} end end
end)
for i = 1, N do
  local q = spawn(function() while true do process_info(target) end end)
  target ! {"ask", q}
  if i % 2 == 0 then exit(q, "kill") end
  receive case {"back", a} then end
  exit(q, "kill")
end
print(process_info(target).messages)       --> 0

-- Long lists, and links that come and go while they are copied.
local many, M = {}, math.max(3000 // SCALE, 100)
local function idle() receive case "end" then end end
local hub = spawn(function()
  for i = 1, M do many[i] = spawn_link(idle) end
  me ! {"hub", many}
  while true do
    receive
      case "churn" then
        for i = 2, M, 2 do unlink(many[i]) end
        me ! "churned"
      case "stop" then return
    end
  end
end)
receive case {"hub", list} then many = list end
print(#process_info(hub).links == M)       --> true
local asker = spawn(function()
  local ok = true
  for _ = 1, 30 do
    local n = #process_info(hub).links
    ok = ok and n <= M and n >= M // 2
  end
  me ! {"asker", ok}
end)
hub ! "churn"
receive case "churned" then end
receive case {"asker", ok} then print(ok) end      --> true
local left = {}
for _, l in ipairs(process_info(hub).links) do left[l] = true end
local right = true
for i = 1, M do right = right and (left[many[i]] or false) == (i % 2 == 1) end
print(right)                               --> true

-- Of oneself, in one go.
for i = 1, M do monitor(many[i]) end
link(hub)
info = process_info()
print(info.state, #info.monitors >= M, info.links[1] == hub)       --> running	true	true
unlink(hub)

-- All that live.
local n = 0
local living = {}
for _, q in ipairs(processes()) do living[q] = true n = n + 1 end
right = living[me] and living[hub] and living[target] and not living[p]
for i = 1, M do right = right and living[many[i]] end
print(right, n >= M + 3)                   --> true	true
for i = 1, M do exit(many[i], "kill") end
exit(target, "kill")
hub ! "stop"
