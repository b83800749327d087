-- lua: same
-- Every option of collectgarbage is accepted and answers as stock Lua does.
-- Settings are remembered, though the collector goes its own ways.
print(collectgarbage(), collectgarbage("collect"))           --> 0	0
print(math.type(collectgarbage("count")))                    --> float
print(collectgarbage("isrunning"), collectgarbage("stop"), collectgarbage("isrunning"))
--> true	0	false
print(collectgarbage("restart"), collectgarbage("isrunning"))     --> 0	true
print(type(collectgarbage("step")), type(collectgarbage("step", 100)))    --> boolean	boolean

collectgarbage("incremental")
print(collectgarbage("generational"))                        --> incremental
print(collectgarbage("generational", 20, 100))               --> generational
print(collectgarbage("incremental", 152, 200, 10))           --> generational
print(collectgarbage("incremental", 0, 0))                   --> incremental
print(collectgarbage("setpause", 172), collectgarbage("setpause", 200))    --> 152	172
print(collectgarbage("setstepmul", 300), collectgarbage("setstepmul"))     --> 200	300

local function fails(...) print((select(2, pcall(collectgarbage, ...)))) end
fails("bogus")              --> bad argument #1 to 'collectgarbage' (invalid option 'bogus')
fails({})                   --> bad argument #1 to 'collectgarbage' (string expected, got table)
fails("step", "x")          --> bad argument #2 to 'collectgarbage' (number expected, got string)
fails("incremental", 1, {}) --> bad argument #3 to 'collectgarbage' (number expected, got table)
fails("setpause", 1.5)      --> bad argument #2 to 'collectgarbage' (number has no integer representation)
