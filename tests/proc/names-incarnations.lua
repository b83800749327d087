-- A server that is started again and again under its name: who has an answer of one
-- incarnation, or has heard of its end, is never answered by an earlier one.
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local LIVES, CLIENTS = math.max(1000 // SCALE, 50), 4
local me = self()

local function server(life)
  while true do
    receive
      case {"ask", ref} then ref ! {ref, self(), life}
      case "end" then return
    end
  end
end

-- Asks until the last life; counts what must not be. `dead`: all it has heard the end of.
local function client(last)
  local wrong, latest, dead = 0, 0, {}
  while latest < last do
    local found, ref = pcall(monitor, "server", {alias = true})
    if found then
      pcall(send, "server", {"ask", ref})
      receive
        case {^ref, p, life} then
          if life < latest or dead[p] then wrong = wrong + 1 end
          latest = life
        case {"DOWN", ^ref, pid = p} then
          dead[p] = true
          if whereis("server") == p then wrong = wrong + 1 end
        case {"DOWN", ^ref} then sleep(0)       -- nobody had the name
      end
      demonitor(ref, "flush")
    end
  end
  me ! {"client", wrong}
end
for _ = 1, CLIENTS do spawn(client, LIVES) end

-- After the DOWN the name is free, at once.
for life = 1, LIVES - 1 do
  local p, ref = spawn({name = "server", monitor = true}, server, life)
  if life % 3 == 0 then sleep(0) end
  if life % 2 == 0 then exit(p, "kill") else p ! "end" end
  receive case {"DOWN", ^ref} then end
end
local p = spawn({name = "server"}, server, LIVES)
local wrong = 0
for _ = 1, CLIENTS do receive case {"client", w} then wrong = wrong + w end end
print(wrong)                       --> 0
p ! "end"
