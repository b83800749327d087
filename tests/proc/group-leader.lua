-- The output of a process with a group leader goes through that process.
local function leader(prefix)
  while true do
    receive
      case {"io_request", from: pid, ref, {"put_chars", stream, text}} then
        print(prefix .. " " .. stream .. ": " .. text:gsub("\n", "~"))
        from ! {"io_reply", ref, "ok"}
      case "end" then return
    end
  end
end
local function done(f, ...)
  local _, ref = spawn_monitor(f, ...)
  receive case {"DOWN", ^ref, reason = r} then return r end
end

print(group_leader())                                   --> nil
local l = spawn({name = "leader"}, leader, "leader")

-- print, io.write and the standard files; numbers as always; the child inherits.
print(done(function()
  group_leader(l)
  print("a", 1, nil, setmetatable({}, {__tostring = function() return "object" end}))
  local f = io.write("b", 2, 1.5)
  assert(f == io.stdout and io.write() == f)
  io.stdout:write("c\n"):write("d")
  io.stderr:write("e")
  assert(not pcall(io.write, {}))
  print(done(function()
    assert(group_leader() == l)
    print("of a child")
  end))
end))
--> leader stdout: a	1	nil	object~
--> leader stdout: b21.5
--> leader stdout: c~
--> leader stdout: d
--> leader stderr: e
--> leader stdout: of a child~
--> leader stdout: normal~
--> normal

-- Other messages stay where they are, also when the answer takes a while.
print(done(function()
  local me = self()
  group_leader(spawn(function()
    receive
      case {"io_request", from, ref, _} then
        me ! "in between"
        sleep(5)
        from ! {"io_reply", ref, {"error", "full"}}
    end
  end))
  self() ! "before"
  local f, why = io.write("x")
  exit({f, type(why), receive(), receive()})
end)[3])                                                --> before

-- One that sets it for another; nil goes back to the streams of the VM.
local me = self()
local p, ref = spawn_monitor(function()
  receive case "go" then print("given") end
  me ! "given"
  receive case "go" then print("taken back") end
end)
group_leader(p, l)
p ! "go"
receive case "given" then end
group_leader(p, nil)
p ! "go"
receive case {"DOWN", ^ref} then end
--> leader stdout: given~
--> taken back

-- A leader that is gone: the streams of the VM take over.
local gone = spawn(function() end)
print(done(function()
  group_leader(gone)
  print("nobody there")                                 --> nobody there
  print(group_leader())                                 --> nil
end))                                                   --> normal
-- ... also in the middle of it.
print(done(function()
  group_leader(spawn(function() receive case {"io_request", ...} then end end))
  io.write("it ended\n")                                --> it ended
end))                                                   --> normal

-- A leader that is its own, and one that prints while it serves: no deadlock.
print(done(function()
  group_leader(self())
  print("my own")                                       --> my own
end))                                                   --> normal

-- The leader of the leader is asked in turn.
print(done(function()
  local outer = l
  local inner = spawn(function() group_leader(outer) leader("inner") end)
  done(function() group_leader(inner) print("twice") end)
  inner ! "end"
end))
--> leader stdout: inner stdout: twice~~
--> normal
l ! "end"
