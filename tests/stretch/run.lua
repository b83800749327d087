-- run.lua - how long does a built-in keep the others waiting?
--
--     make check-stretch [T=filter...]
--
-- Needs a Moonlet configured with --enable-stretch: there debug.stretch() tells
-- for every built-in function, and for the slow halves of instructions, the
-- longest time from a point where others could run to the next, in processor
-- time. Each shape of a call (shapes.lua) is made five times; of every step the
-- least time counts, because the machine is never quite ours. What is not the doing of the built-in (a collection, the
-- stack that grows) is told apart, below the table.
--
-- Exit code 1: a stretch is above 1 ms, or the 99th percentile above 100 us.

local REPEATS, P99, MAX = 5, 100, 1000

local function is_wanted(s)
  for _, piece in ipairs(arg) do
    if s.name:find(piece, 1, true) then return true end
  end
  return #arg == 0
end

local function shape_process(boss, setup, call)
  local x = setup and setup()
  boss ! {"ready"}
  while true do
    receive case {"go"} then end
    local ok, why = pcall(call, x)
    boss ! {"done", ok, not ok and tostring(why):sub(1, 200)}
  end
end

local function new_process(s)
  local pid, ref = spawn_monitor(shape_process, self(), s.setup, s.call)
  receive
    case {"ready"} then return pid, ref
    case {"DOWN", ^ref, reason = r} then error(s.name .. ": the setup failed")
  end
end

local function stop(pid, ref)
  exit(pid, "kill")
  receive case {"DOWN", ^ref} then after 5000 then end
  receive case {"done", _, _} then after 0 then end
end

-- One call. False: it was ended for its limit; nil and why: it failed.
local function once(s, pid, ref)
  pid ! {"go"}
  receive
    case {"done", ok, why} then
      if ok == (s.fails or false) then return nil, why or "no error" end
      return true
    case {"DOWN", ^ref, reason = r} then return nil, "it ended"
    after s.limit or 60000 then
      if not s.limit then return nil, "no end" end
      return false
  end
end

local apart = {}            -- name --> longest

local function longest_of(rows)
  local longest = { us = 0, name = "", steps = 0 }
  for _, r in ipairs(rows) do
    if r.apart then
      apart[r.name] = math.max(apart[r.name] or 0, r.us)
    elseif r.name ~= "stretch" and r.us > longest.us then
      longest = r
    end
  end
  return longest
end

local function measure(s)
  local pid, ref, rows
  debug.stretch("fresh")
  for _ = 1, REPEATS do
    if not pid then pid, ref = new_process(s) end
    debug.stretch("on")
    local ended, why = once(s, pid, ref)
    rows = debug.stretch("off")
    if not ended then
      stop(pid, ref)
      pid = nil
    end
    if ended == nil then return nil, why end
  end
  if pid then stop(pid, ref) end
  return longest_of(rows)
end

local function percentile(sorted, p)
  return sorted[math.max(1, math.ceil(#sorted * p / 100))] or 0
end

if not debug.stretch then
  io.stderr:write("this Moonlet does not record stretches: use make check-stretch\n")
  os.exit(2)
end

local folder = arg[0]:match("^(.*/)") or "./"
local shapes = dofile(folder .. "shapes.lua")
local judged, left, failed = {}, {}, 0

print(("%-44s %-24s %10s %8s"):format("shape", "longest in", "us", "steps"))
for _, s in ipairs(shapes) do
  if is_wanted(s) then
    local best, why = measure(s)
    if not best then
      failed = failed + 1
      print(("%-44s FAILED: %s"):format(s.name, why))
    else
      local over = best.us > P99 and (s.growth and "  (growth)" or "  <--") or ""
      print(("%-44s %-24s %10.1f %8d%s"):format(s.name, best.name, best.us, best.steps, over))
      table.insert(s.growth and left or judged, best.us)
    end
    io.stdout:flush()
  end
end

print()
for name, us in pairs(apart) do print(("apart: %-37s %10.1f us at most"):format(name, us)) end
table.sort(left)
table.sort(judged)
print(("tables that grow in one step: %d shapes, at most %.1f us"):format(#left, percentile(left, 100)))
local p99, max = percentile(judged, 99), percentile(judged, 100)
print(("%d shapes: p50 %.1f us, p99 %.1f us, max %.1f us"):format(#judged, percentile(judged, 50), p99, max))
os.exit(failed == 0 and p99 <= P99 and max <= MAX)
