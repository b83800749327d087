-- producer-consumer.lua - one process makes numbers, another adds them up.
--
-- Expect:
--   the sum is 5050
--
-- The producer never waits: a message goes into the consumer's mailbox and
-- stays there until the consumer reads it. What one process sends to another
-- arrives in the order it was sent, so "done" is read last.
-- rendezvous.lua shows the same with a producer that waits.

local function consumer(report_to)
  local sum = 0
  while true do
    receive
      case {"item", n: integer} then
        sum = sum + n
      case "done" then
        report_to ! {"sum", sum}
        return
    end
  end
end

local function producer(to, count)
  for i = 1, count do
    to ! {"item", i}
  end
  to ! "done"
end

local c = spawn(consumer, self())
spawn(producer, c, 100)

receive
  case {"sum", sum} then
    print("the sum is " .. sum)
end
