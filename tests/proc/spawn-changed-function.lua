-- A child gets its function as debug has changed it, with a copy of its _ENV; messages carry it as it was written.
local boss = self()
local function work() boss ! {"env", x, y == nil} end
debug.setupvalue(work, 1, boss)
local up = 1
while debug.getupvalue(work, up) ~= "_ENV" do up = up + 1 end
local env = {x = {1}}
debug.upvaluejoin(work, up, function() return env end, 1)
spawn(work)
receive case {"env", {n}, isnil} then print(n, isnil) end           --> 1	true
env.x[1] = 2
spawn(work)
receive case {"env", {n}, isnil} then print(n, isnil) end           --> 2	true

-- a whole text whose _ENV was set
local f = load("local function inner() return v end return function() return inner() end")
debug.setupvalue(f, 1, {v = "inside"})
local g = f()
spawn(function() boss ! g() end)
receive case s then print(s) end                                    --> inside

-- what its _ENV holds must be something that can be given
env.co = coroutine.create(print)
print(pcall(spawn, work))
--? false	.*cannot give a coroutine to a process.*

-- a message carries the code alone: globals are those of the receiver
local function reads() return w end
debug.upvaluejoin(reads, 1, function() return env end, 1)
env.w = "private"
w = "global"
print(reads())                                                      --> private
local pid = spawn(function()
    w = "theirs"
    receive case f then boss ! f() end
end)
pid ! reads
receive case s then print(s) end                                    --> theirs
