-- What cannot be sent is an error at the sender that names the path.
local me = self()
local function err(f, ...) print((select(2, pcall(f, ...)):gsub("^[^:]+:%d+: ", ""))) end
local co = coroutine.create(print)
local name = os.tmpname()
local file = assert(io.open(name))

local _, m = pcall(send, me, {1, {log = file}})
print(m:find("[2].log", 1, true) ~= nil)       --> true
_, m = pcall(send, me, {worker = {thread = co}})
print(m:find(".worker.thread", 1, true) ~= nil)    --> true
_, m = pcall(send, me, co)
print(type(m))                                 --> string
_, m = pcall(send, me, {setmetatable({}, {__gc = function() end})})
print(m:find("[1]", 1, true) ~= nil)           --> true
_, m = pcall(function() me ! {a = {b = {c = co}}} end)
print(m:find(".a.b.c", 1, true) ~= nil)        --> true
print((pcall(send, me, nil)))                  --> false

-- Nothing of a message that failed arrives.
print(receive(0))                              --> nil	timeout

-- A captured variable, an argument and a global of a spawned function.
local captured = {co}
print((pcall(spawn, function() return captured end)))      --> false
print((pcall(spawn, print, co)))               --> false
global_thread = co
print((pcall(spawn, function() return global_thread end)))     --> false
global_thread = nil

-- The standard streams cross.
local p = spawn(function(out) out:write("written by the child\n"); me ! "done" end, io.stdout)
print(receive())
--> written by the child
--> done
file:close()
os.remove(name)
