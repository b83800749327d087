-- A process with many watchers tells each, and a watcher of many hears of each.
local t = require("trace")
local me = self()
local p = spawn(t.idle)
local ready, told = 0, 0
for i = 1, 50 do
  spawn(function()
    local ref = monitor(p)
    me ! "ready"
    receive case {"DOWN", ^ref, reason = r} then me ! {"told", i, r} end
  end)
end
for _ = 1, 50 do receive case "ready" then ready = ready + 1 end end
exit(p, "over")
for i = 1, 50 do receive case {"told", ^i, "over"} then told = told + 1 end end
t.say("ready", ready)
t.say("told", told)
local refs = {}
for i = 1, 50 do
  refs[i] = monitor(spawn(function() receive case "end" then exit({"number", i}) end end))
end
local list = process_info(self()).monitors
t.say("monitors", #list)
for i = 1, 50 do list[i] ! "end" end
for i = 50, 1, -1 do receive case {"DOWN", ^(refs[i]), reason = {"number", ^i}} then end end
t.say("monitors", #process_info(self()).monitors)
t.quiet("then")
