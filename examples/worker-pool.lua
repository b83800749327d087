-- worker-pool.lua - many jobs, few workers, and a queue that cannot overflow.
--
-- Expect:
--   jobs done: 40
--   sum of results: 22140
--   the queue never held more than 5 jobs: true
--
-- The queue is a process. It says when it can take what: a "put" is only
-- accepted while there is room, a "get" only while there is a job. Messages
-- that do not fit at the moment simply stay in its mailbox, and whoever sent
-- them waits for the answer. So a fast producer is held back by slow workers.

local LIMIT, WORKERS, JOBS = 5, 3, 40

local function queue(limit)
  local items, longest = {}, 0
  while true do
    receive
      case {"put", from: pid, ref, job} if #items < limit then
        table.insert(items, job)
        longest = math.max(longest, #items)
        from ! {ref, "ok"}
      case {"get", from: pid, ref} if #items > 0 then
        from ! {ref, table.remove(items, 1)}
      case {"longest", from: pid, ref} then
        from ! {ref, longest}
    end
  end
end

-- Ask a process something and wait for its answer.
local function ask(process, what, ...)
  local ref = make_ref()
  process ! {what, self(), ref, ...}
  receive
    case {^ref, answer} then
      return answer
  end
end

local function worker(jobs, report_to)
  while true do
    local n = ask(jobs, "get")
    report_to ! {"result", n, n * n}
  end
end

local function producer(jobs, count)
  for n = 1, count do
    ask(jobs, "put", n)
  end
end

local jobs = spawn(queue, LIMIT)
for _ = 1, WORKERS do
  spawn(worker, jobs, self())
end
spawn(producer, jobs, JOBS)

local sum = 0
for _ = 1, JOBS do
  receive
    case {"result", _, result} then
      sum = sum + result
  end
end

print("jobs done: " .. JOBS)
print("sum of results: " .. sum)
print("the queue never held more than " .. LIMIT .. " jobs: " ..
      tostring(ask(jobs, "longest") <= LIMIT))
-- Main ends here. The queue and the workers wait for messages that nobody can
-- send any more, so the program ends too.
