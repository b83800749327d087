-- One that traps starts its children anew, tells normal ends from bad ones, and takes them with it.
local t = require("trace")
local me = self()
local function child(name)
  me ! {"started", name}
  receive
    case "crash" then error({"crashed", name})
    case "done" then return
  end
end
local function supervise(names)
  process_flag("trap_exit", true)
  local children = {}
  local function start(name) children[spawn_link(child, name)] = name end
  for _, name in ipairs(names) do start(name) end
  while true do
    receive
      case {"EXIT", ^me, reason = r} then exit(r)
      case {"EXIT", pid, reason = r} then
        local name = children[pid]
        children[pid] = nil
        if r == "normal" then me ! {"finished", name} else start(name) end
      case {"to", name, m} then
        for pid, n in pairs(children) do
          if n == name then
            if m == "watch" then me ! {"pid", pid} else pid ! m end
          end
        end
    end
  end
end
local s, ref = spawn_monitor(supervise, {"a", "b"})
for _, name in ipairs {"a", "b"} do receive case {"started", ^name} then t.say("started", name) end end
s ! {"to", "a", "crash"}
t.say("got", t.next())
s ! {"to", "b", "done"}
t.say("got", t.next())
s ! {"to", "a", "crash"}
t.say("got", t.next())
s ! {"to", "a", "watch"}
receive case {"pid", pid} then
  local child_ref = monitor(pid)
  exit(s, "shutdown")
  t.say("supervisor", t.down(ref))
  t.say("child", t.down(child_ref))
end
t.quiet("then")
