-- exit: 1
-- Five philosophers who all take the left fork first: the report shows the
-- circle, with the lines, the patterns, and why nothing that is queued fits.
local function fork()
  while true do
    receive
      case {"take", from: pid, ref} then
        from ! {ref, "taken"}
        receive case {"put", ^from} then end
        --| deadlock-philosophers.lua:9
        --| takes {"put", ^from}
        --| line 9 wants "put" at [1]
        --| 1 message queued that it does not take:
    end
  end
end

local function call(to, what)
  local ref <close> = monitor(to, {alias = true})
  to ! {what, self(), ref}
  receive
    --| deadlock-philosophers.lua:21
    --| takes {^ref, answer} | {"DOWN", ^ref}
    case {^ref, answer} then return answer
    case {"DOWN", ^ref} then error("the fork is gone")
  end
end

local me = self()
local function philosopher(left, right)
  call(left, "take")
  me ! {"has the left", self()}
  receive case "go on" then end
  call(right, "take")
  left ! {"put", self()}
  right ! {"put", self()}
  me ! {"has eaten", self()}
end

local forks, philosophers = {}, {}
for i = 1, 5 do forks[i] = spawn(fork) end
for i = 1, 5 do philosophers[i] = spawn(philosopher, forks[i], forks[i % 5 + 1]) end
for i = 1, 5 do receive case {"has the left", _} then end end
for i = 1, 5 do philosophers[i] ! "go on" end
print("all have one fork")                              --> all have one fork
receive case {"has eaten", p} then print("eaten") end

--| deadlock: main waits for a message, and nothing else can run
--| main     waits for a message at 
--| in a circle:
