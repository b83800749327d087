-- job-queue.lua - jobs that fail are tried again, later.
--
-- Expect:
--   mail   done after 1 attempt
--   backup done after 3 attempts
--   report done after 2 attempts
--   upload given up after 4 attempts: no network
--
-- Each attempt runs in a process of its own, watched by a monitor: whatever
-- happens to it, the queue gets one DOWN message with the reason, "normal" if
-- it went well. A failed job goes into the delay queue, which is nothing but
-- a timer: `send_after` sends the job to the queue when its time has come.
-- The wait doubles each time.

local MOST_ATTEMPTS, FIRST_DELAY = 4, 5

-- The jobs fail a known number of times, so that the output is always the same.
local function attempt(job, number)
  if number <= job.failures then
    exit(job.trouble)
  end
end

local function job_queue(report_to)
  local running = {}                   -- ref of the monitor -> job
  while true do
    receive
      case {"job", job} then
        job.attempts = (job.attempts or 0) + 1
        local _, ref = spawn_monitor(attempt, job, job.attempts)
        running[ref] = job

      case {"DOWN", ref, reason = "normal"} then
        report_to ! {"done", running[ref]}
        running[ref] = nil

      case {"DOWN", ref, reason = reason} then
        local job = running[ref]
        running[ref] = nil
        if job.attempts < MOST_ATTEMPTS then
          local delay = FIRST_DELAY * 2 ^ (job.attempts - 1)
          send_after(delay, self(), {"job", job})
        else
          report_to ! {"failed", job, reason}
        end
    end
  end
end

local jobs = {
  {name = "mail",   failures = 0, trouble = "none"},
  {name = "backup", failures = 2, trouble = "disk busy"},
  {name = "report", failures = 1, trouble = "no paper"},
  {name = "upload", failures = 9, trouble = "no network"},
}

local q = spawn(job_queue, self())
for _, job in ipairs(jobs) do
  q ! {"job", job}
end

local line = {}
for _ = 1, #jobs do
  receive
    case {"done", {name = name, attempts = n}} then
      line[name] = string.format("%-6s done after %d attempt%s", name, n,
                                 n == 1 and "" or "s")
    case {"failed", {name = name, attempts = n}, reason} then
      line[name] = string.format("%-6s given up after %d attempts: %s", name, n,
                                 reason)
  end
end
for _, job in ipairs(jobs) do
  print(line[job.name])
end
