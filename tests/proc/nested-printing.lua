-- Deep and cyclic values in errors and reports are cut short.
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local t = {}
for _ = 1, 1000000 // SCALE do t = {t} end
local p, ref = spawn_monitor(function(v) error(v) end, t)
receive case {"DOWN", ^ref, reason = {"error", v}} then print(type(v)) end     --> table
local c = {}
c.self = c
p, ref = spawn_monitor(function(v) error(v) end, c)
receive case {"DOWN", ^ref, reason = {"error", v}} then print(v.self == v) end --> true
