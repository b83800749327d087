-- cancel_timer tells the truth, whoever calls it and however late: a timer is
-- sent or cancelled, once, and never both.
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local N, CANCELLERS = math.max(5000 // SCALE, 200), 4
local me = self()

local function canceller()
  local cancelled, wrong = 0, 0
  while true do
    receive
      case {"cancel", ref, ms} then
        local left = cancel_timer(ref)
        if left then
          cancelled = cancelled + 1
          if left < 0 or left > ms + 1 then wrong = wrong + 1 end
          if cancel_timer(ref) then wrong = wrong + 1 end
        end
      case "end" then me ! {"cancelled", cancelled, wrong} return
    end
  end
end

local pids = {}
for i = 1, CANCELLERS do pids[i] = spawn(canceller) end
-- Timers of another process: who armed it is gone when most are cancelled.
local armer = spawn(function()
  for i = 1, N do
    local ms = i % 7
    local ref = send_after(ms, me, "sent")
    pids[i % CANCELLERS + 1] ! {"cancel", ref, ms}
    if i % 3 == 0 then pids[(i + 1) % CANCELLERS + 1] ! {"cancel", ref, ms} end
    if i % 50 == 0 then sleep(1) end
  end
  for i = 1, CANCELLERS do pids[i] ! "end" end
end)
local cancelled, wrong, sent = 0, 0, 0
local function take(m)
  if m == "sent" then
    sent = sent + 1
  else
    cancelled, wrong = cancelled + m[2], wrong + m[3]
    CANCELLERS = CANCELLERS - 1
  end
end
while CANCELLERS > 0 do take(receive()) end
while sent + cancelled < N do take(receive()) end
print(sent + cancelled == N, wrong)        --> true	0
print(receive(20))                         --> nil	timeout

-- A process that is killed while it waits with a time limit leaves nothing behind.
for i = 1, math.max(1000 // SCALE, 50) do
  local p, ref = spawn_monitor(function() receive case "never" then after i % 3 then end end)
  if i % 2 == 0 then exit(p, "kill") end
  receive case {"DOWN", ^ref} then end
end

-- The sender is gone, the message comes; the receiver is gone, it is dropped.
local p, ref = spawn_monitor(function() send_after(5, me, "of the dead") end)
receive case {"DOWN", ^ref} then end
send_after(1, p, "to the dead")
print(receive())                           --> of the dead
