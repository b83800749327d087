-- A thousand processes send to each of the thousand, a few times: messages.
-- figures: everybody
-- quick: 20 2
-- peers: erl go
local N, ROUNDS = tonumber(arg[1]) or 1000, tonumber(arg[2]) or 3

local function member(boss)
  receive
    case {"all", ...all} then
      boss ! "ready"
      receive case "go" then end
      for _ = 1, ROUNDS do
        for i = 1, N do all[i] ! {"hello", self()} end
        for _ = 1, N do
          receive case {"hello", _} then end
        end
      end
      boss ! "done"
  end
end

local all = {"all"}
for i = 1, N do all[i + 1] = spawn(member, self()) end
local function tell(message)
  for i = 1, N do all[i + 1] ! message end
end
local function hear(word)
  for _ = 1, N do
    receive case ^word then end
  end
end

tell(all)
hear("ready")
local start = now()
tell("go")
hear("done")
print(string.format("everybody %.0f /s", N * N * ROUNDS / (now() - start) * 1000))
