-- trace.lua - how the scripts here say what they see. trace.erl says the same
-- in the same words.
--
--   say(text [, value])      one line of the trace
--   differs(topic, value)    one line that must not be the same in both worlds
--   role(name, pid_or_ref)   what it is called from now on; returns it
--   next()                   the next message, whatever it is
--   gone(pid)                waits for its end
--   down(ref)                waits for the DOWN of a monitor; returns the reason
--   ends(f)                  runs f in a process; returns the reason of its end
--   queued(n)                waits until so many messages are in the mailbox
--   quiet(...)               says the text if no message comes, else the message
--   fails(f, ...)            "ok" or "error"
--   set(list)                a list in one order: of roles
--   idle                     a function for a process that waits
local T = {}
local roles = {}

local show

local function show_reason(r)
  if type(r) == "table" and r[1] == "error" then return "error(" .. show(r[2]) .. ")" end
  return show(r)
end

local function show_table(t)
  if t[1] == "DOWN" and type(t[2]) == "ref" then
    return ("DOWN(%s, %s, %s)"):format(show(t[2]), t.name or show(t.pid), show_reason(t.reason))
  elseif t[1] == "EXIT" and type(t[2]) == "pid" then
    return ("EXIT(%s, %s)"):format(show(t[2]), show_reason(t.reason))
  end
  local texts = {}
  for i, v in ipairs(t) do texts[i] = show(v) end
  return "{" .. table.concat(texts, ", ") .. "}"
end

function show(v)
  if type(v) == "pid" or type(v) == "ref" then return roles[v] or type(v) end
  if type(v) == "table" then return show_table(v) end
  if v == nil then return "none" end
  return tostring(v)
end

function T.say(text, ...)
  print(select("#", ...) > 0 and text .. ": " .. show((...)) or text)
end

function T.differs(topic, value) T.say("differs: " .. topic, value) end

function T.role(name, v)
  roles[v] = name
  return v
end

function T.next()
  local m = receive(5000)
  return m == nil and "timeout" or m
end

function T.down(ref)
  receive
    case {"DOWN", ^ref, reason = r} then return show_reason(r)
    after 5000 then return "lives"
  end
end

function T.gone(pid) T.down(monitor(pid)) end

function T.ends(f)
  local _, ref = spawn_monitor(f)
  return T.down(ref)
end

function T.queued(n)
  while process_info(self()).messages < n do sleep(1) end
end

function T.quiet(text)
  local m = receive(30)
  T.say(text, m == nil and "quiet" or m)
end

function T.fails(f, ...) return pcall(f, ...) and "ok" or "error" end

function T.set(list)
  local texts = {}
  for i, v in ipairs(list) do texts[i] = show(v) end
  table.sort(texts)
  return "[" .. table.concat(texts, " ") .. "]"
end

function T.idle() receive case "never" then end end

T.role("main", self())
return T
