-- reservation.lua - many buyers, few seats, and one process that owns them.
--
-- Expect:
--   seats sold:       10
--   buyers with seat: 10
--   buyers without:   20
--   seats sold twice: 0
--   lapsed holds:     2
--
-- A seat is first held, then paid. A hold that is not paid in time lapses and
-- the seat is free again; the timer for that is a message the hall sends to
-- itself later. Only the hall touches the list of seats, one message at a
-- time, so two buyers can never get the same seat, without any lock.

local SEATS, HOLD_MS = 10, 300

local function hall(seats)
  local free, held, sold, lapsed = {}, {}, {}, 0
  for seat = seats, 1, -1 do free[#free + 1] = seat end

  while true do
    receive
      case {"hold", from: pid, ref} if #free > 0 then
        local seat = table.remove(free)
        local timer = send_after(HOLD_MS, self(), {"lapse", ref})
        held[ref] = {seat = seat, timer = timer}
        from ! {ref, "held", seat}

      case {"hold", from: pid, ref} if next(held) == nil then
        from ! {ref, "full"}           -- nothing free, nothing that may lapse

      case {"pay", from: pid, ref} then
        local hold = held[ref]
        if hold then
          cancel_timer(hold.timer)
          held[ref] = nil
          sold[hold.seat] = (sold[hold.seat] or 0) + 1
          from ! {ref, "sold", hold.seat}
        else
          from ! {ref, "too late"}
        end

      case {"lapse", ref} if held[ref] then
        table.insert(free, held[ref].seat)
        held[ref] = nil
        lapsed = lapsed + 1

      case {"report", from: pid} then
        from ! {"report", sold = sold, lapsed = lapsed}
    end
  end
end

local function ask(process, what, ref)
  process ! {what, self(), ref}
  receive
    case {^ref, answer, seat or nil} then
      return answer, seat
  end
end

local function buyer(theatre, forgetful, main)
  local ref = make_ref()
  local answer = ask(theatre, "hold", ref)
  if answer == "held" then
    if forgetful then
      main ! {"buyer", "without seat"}
      return
    end
    answer = ask(theatre, "pay", ref)
  end
  main ! {"buyer", answer == "sold" and "with seat" or "without seat"}
end

-- Two forgetful buyers come first, so they surely hold seats; 28 others follow.
-- The 10 seats are all sold in the end, two of them at the second attempt.
local theatre = spawn(hall, SEATS)
local count = {["with seat"] = 0, ["without seat"] = 0}
local function wait_for(buyers)
  for _ = 1, buyers do
    receive
      case {"buyer", how} then count[how] = count[how] + 1
    end
  end
end

for _ = 1, 2 do spawn(buyer, theatre, true, self()) end
wait_for(2)
for _ = 1, 28 do spawn(buyer, theatre, false, self()) end
wait_for(28)

theatre ! {"report", self()}
receive
  case {"report", sold = sold, lapsed = lapsed} then
    local seats, twice = 0, 0
    for _, times in pairs(sold) do
      seats = seats + 1
      if times > 1 then twice = twice + 1 end
    end
    print("seats sold:       " .. seats)
    print("buyers with seat: " .. count["with seat"])
    print("buyers without:   " .. count["without seat"])
    print("seats sold twice: " .. twice)
    print("lapsed holds:     " .. lapsed)
end
