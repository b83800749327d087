-- Very many messages that arrive at once are taken in piece by piece, so that
-- others go on; but before the receiver does anything it has all of them, in order.
-- slow
local N <const> = 300000 // tonumber(os.getenv("MOONLET_SCALE") or 1)
local main = self()
local p = spawn(function()
  receive case "start" then end
  receive case "last" then main ! "found" after 0 then main ! "not there" end
  for i = 1, N do
    receive case n then if n ~= i then main ! "out of order" end end
  end
  receive case "more" then main ! "too many" after 0 then main ! "all" end
end)

process_flag("priority", "high")        -- nobody else runs while this one does
for i = 1, N do p ! i end
p ! "last"
p ! "start"
print(receive())                --> found
print(receive())                --> all

-- A kill among them ends the receiver, whatever came before and after.
local before = debug.ledger()
local q, ref = spawn_monitor(function() receive case "never" then end end)
for i = 1, N do q ! i end
exit(q, "kill")
for i = 1, N do q ! i end
receive case {"DOWN", ^ref, reason = reason} then print(reason) end     --> killed
local after = debug.ledger()
local function more(what) return after[what] - before[what] end
print(more("sent.message") == 2 * N)                    --> true
print(more("mail_purged") == N)                         --> true
