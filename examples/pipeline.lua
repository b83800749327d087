-- pipeline.lua - a chain of small processes, each doing one step.
--
-- Expect:
--   1 + 9 + 25 + 49 + 81 = 165
--
--     numbers --> square --> keep odd --> collect --> main
--
-- A stage knows only the pid of the next one. It handles one message, passes
-- the result on, and hands the end marker down the line before it ends. While
-- the last stage works on the first number, the first makes the next one.

-- A stage that applies `step` to each value; nil drops the value.
local function stage(step, next_stage)
  while true do
    receive
      case {"value", v} then
        local result = step(v)
        if result ~= nil then
          next_stage ! {"value", result}
        end
      case "end" then
        next_stage ! "end"
        return
    end
  end
end

local function collect(report_to)
  local values = {}
  while true do
    receive
      case {"value", v} then
        values[#values + 1] = v
      case "end" then
        report_to ! {"all", values}
        return
    end
  end
end

local function square(n) return n * n end
local function keep_odd(n) if n % 2 == 1 then return n end end

-- Built from the end to the start, since each needs the pid of the next.
local collector = spawn(collect, self())
local odd       = spawn(stage, keep_odd, collector)
local squares   = spawn(stage, square, odd)

for n = 1, 10 do
  squares ! {"value", n}
end
squares ! "end"

receive
  case {"all", values} then
    local sum = 0
    for _, v in ipairs(values) do sum = sum + v end
    print(table.concat(values, " + ") .. " = " .. sum)
end
