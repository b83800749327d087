-- A process in a sandbox, and all that it spawns, has no authority but what it
-- is sent: a line for each row of doc/sandbox.md.
local outside = self()

-- f runs in a sandbox; what it sends as {"out", ...} is printed, then how it ended.
local function inside(f, options)
  options = options or {}
  options.sandbox, options.monitor = true, true
  local _, ref = spawn(options, function()
    print = function(...) outside ! {"out", ...} end
    f()
  end)
  while true do
    receive
      case {"out", ...what} then print(table.unpack(what))
      case {"DOWN", ^ref, reason = r} then
        if type(r) == "table" then print(table.unpack(r.limit and {r[1], r[2], r.limit} or {r[1]})) end
        return
    end
  end
end
local function refused(f, ...) print((select(2, pcall(f, ...)):gsub("^%S+:%d+: ", ""))) end
local function all_refused(t, but)
  local names = {}
  for name, f in pairs(t) do
    if not but[name] and type(f) == "function" and
       not tostring(select(2, pcall(f, "/tmp/x", 1, 1, 1))):find("is not available in a sandbox", 1, true) then
      names[#names + 1] = name
    end
  end
  table.sort(names)
  print(table.concat(names, " ") == "" or table.concat(names, " "))
end

-- Files, commands, the environment, the end of the program.
inside(function() refused(os.execute, "true") end)             --> 'os.execute' is not available in a sandbox
inside(function() refused(io.open, "/etc/passwd") end)         --> 'io.open' is not available in a sandbox
inside(function() refused(os.exit, 3) end)                     --> 'os.exit' is not available in a sandbox
inside(function() all_refused(os, {clock = 1, time = 1, date = 1, difftime = 1}) end)          --> true
inside(function() all_refused(io, {write = 1, flush = 1, type = 1}) end)
--> true
inside(function() for l in io.lines("/etc/passwd") do print(l) end end)
--| 'io.open' is not available in a sandbox
--> error
inside(function() print(type(os.time()), type(os.clock()), os.date("!%Y", 0)) end)             --> number	number	1970
inside(function() refused(function() io.stdin:read() end) end)
--> 'file:read' is not available in a sandbox
inside(function() refused(function() io.stdout:close() end) end)
--> 'file:close' is not available in a sandbox
inside(function() refused(function() io.output("/tmp/x") end) end)
--> 'io.output' is not available in a sandbox
inside(function() io.write("written ") io.stdout:write("too\n") end)   --> written too
-- A function that was received brings nothing back, nor does one that was kept before.
local execute, open = os.execute, io.open
inside(function() refused(execute, "true") refused(open, "/etc/passwd") end)
--> 'os.execute' is not available in a sandbox
--> 'io.open' is not available in a sandbox
inside(function() refused(package.loaded.os.getenv, "HOME") end)
--> 'os.getenv' is not available in a sandbox

-- Code: texts only, and none from files.
inside(function() refused(loadfile, "x.lua") refused(dofile, "x.lua") end)
--> 'loadfile' is not available in a sandbox
--> 'dofile' is not available in a sandbox
inside(function() print((select(2, pcall(require, "no.such.module")):gsub("\n.*", ""))) end)
--> module 'no.such.module' not found:
inside(function() refused(package.searchpath, "x", "./?.lua") end)
--> 'package.searchpath' is not available in a sandbox
inside(function() package.preload.mine = function() return "mine" end print((require "mine")) end)     --> mine
inside(function() print(load("return 1 + 1")(), (select(2, load("\27Lua")))) end)
--> 2	attempt to load a binary chunk (mode is 't')
inside(function() print((pcall(string.dump, print))) end)      --> false
inside(function() all_refused(require "lfs", {setmode = 1}) end)
--> true

-- debug: what is called, not what it holds.
inside(function() print(type(debug.traceback()), debug.getinfo(1, "l").currentline > 0) end)   --> string	true
inside(function() refused(debug.setupvalue, print, 1, 2) refused(debug.getregistry) end)
--> 'debug.setupvalue' is not available in a sandbox
--> 'debug.getregistry' is not available in a sandbox

-- Pids: to hold one is to send and to monitor.
inside(function() refused(exit, outside, "kill") end)
--> bad argument #1 to 'exit' (the process is outside of the sandbox: it can only be sent to and monitored)
inside(function() refused(link, outside) end)
--> bad argument #1 to 'link' (the process is outside of the sandbox: it can only be sent to and monitored)
inside(function() refused(process_info, outside) end)
--> bad argument #1 to 'process_info' (the process is outside of the sandbox: it can only be sent to and monitored)
inside(function() monitor(outside) outside ! {"out", "sent"} end)      --> sent
inside(function()
  local p = spawn(function() receive case "never" then end end)
  print(#processes(), process_info(p).state ~= nil, process_info(p).sandbox)
  link(p) unlink(p) exit(p, "kill")
end)                                                            --> 2	true	true
-- What it spawns is inside, and so is a sandbox in the sandbox, which has no way out either.
inside(function()
  local me = self()
  local _, ref = spawn_monitor(function() refused(os.getenv, "HOME") end)
  receive case {"DOWN", ^ref} then end
  local inner, r2 = spawn({sandbox = true, monitor = true, memory = 1000000}, function() refused(exit, me, "kill") end)
  receive case {"DOWN", ^r2} then end
  local p = spawn({sandbox = true, memory = 1000000}, function() receive case "never" then end end)
  exit(p, "kill")                                               -- from above it may be ended
end)
--> 'os.getenv' is not available in a sandbox
--> bad argument #1 to 'exit' (the process is outside of the sandbox: it can only be sent to and monitored)

-- No names, neither to give nor to find.
register("known", outside)
inside(function() refused(whereis, "known") refused(register, "mine", self()) end)
--> 'whereis' is not available in a sandbox
--> 'register' is not available in a sandbox
inside(function() refused(send, "known", 1) refused(monitor, "known") refused(send_after, 1, "known", 1) end)
--> no process is registered as 'known'
--> bad argument #1 to 'monitor' (names are not available in a sandbox)
--> bad argument #2 to 'send_after' (names are not available in a sandbox)
inside(function() refused(spawn, {name = "mine"}, print) end)  --> spawn option 'name' is not available in a sandbox
inside(function() refused(process_flag, "priority", "high") refused(spawn, {priority = "high"}, print) end)
--> bad argument #2 to 'process_flag' (not available in a sandbox)
--> spawn option 'priority': "high" is not available in a sandbox

-- Nothing that tells of the rest of the program, and no output of others.
inside(function() refused(waits) refused(statistics) refused(group_leader, outside, self()) end)
--> 'waits' is not available in a sandbox
--> 'statistics' is not available in a sandbox
--> bad argument #1 to 'group_leader' (the process is outside of the sandbox: it can only be sent to and monitored)
inside(function() refused(process_flag, "dead_letters", true) refused(process_flag, "mailbox_alarms", true) end)
--> bad argument #1 to 'process_flag' (not available in a sandbox)
--> bad argument #1 to 'process_flag' (not available in a sandbox)

-- Metatables of basic types are its own.
inside(function() getmetatable("").__index = {len = function() return "changed" end} print(("x"):len()) end)   --> changed
print(("x"):len())                                              --> 1

-- Limits it has of itself.
inside(function()
  local l = process_info(self()).limits
  print(l.memory.limit, l.reductions.limit, l.processes.limit, l.timers.limit, l.output.limit)
end)                                                            --> 8388608	1000000000	100	256	65536
inside(function() string.rep("x", 9000000) end)                 --> limit	memory	8388608
inside(function() while true do spawn(function() receive case "never" then end end) end end)   --> limit	processes	100
inside(function() io.write(("x"):rep(70000)) end, {output = 10})       --> limit	output	10
inside(function() while true do end end, {reductions = 100000})        --> limit	reductions	100000

-- A leader that is gone is no way around the limit of output.
inside(function()
  local gone, ref = spawn_monitor(function() end)
  receive case {"DOWN", ^ref} then end
  group_leader(gone)
  io.write(("x"):rep(20))
end, {output = 10})                                             --> limit	output	10
-- Its errors are told while its output lasts, and no longer.
inside(function() error("told") end, {output = 10000})          --> error
--| told
