-- rendezvous.lua - producer and consumer that meet for every item.
--
-- Expect:
--   the sum is 5050
--   the producer waited for 100 answers
--
-- Here the producer sends an item and waits for the consumer's answer before
-- it makes the next one, so the two walk in step and no queue can grow. The
-- ref made for each item says which answer belongs to which item; `^ref` in
-- a pattern means "equal to the ref I already have".

local function consumer(report_to)
  local sum = 0
  while true do
    receive
      case {"item", from: pid, ref: ref, n: integer} then
        sum = sum + n
        from ! {ref, "taken"}
      case {"done", answers} then
        report_to ! {"result", sum, answers}
        return
    end
  end
end

local function put(to, n)
  local ref = make_ref()
  to ! {"item", self(), ref, n}
  receive
    case {^ref, "taken"} then
      return 1
  end
end

local function producer(to, count)
  local answers = 0
  for i = 1, count do
    answers = answers + put(to, i)
  end
  to ! {"done", answers}
end

local c = spawn(consumer, self())
spawn(producer, c, 100)

receive
  case {"result", sum, answers} then
    print("the sum is " .. sum)
    print("the producer waited for " .. answers .. " answers")
end
