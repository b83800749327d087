-- exit: 1
-- What is told of an error that is an object is what its __tostring says.
-- That may wait like any function; the error itself stays the object.
local E = {__tostring = function(e) sleep(1) return "E" .. e.code end}
local function fail(code) error(setmetatable({code = code}, E)) end

local _, ref = spawn_monitor(function() fail(17) end)        --| E17
receive case {"DOWN", ^ref, reason = {"error", {code = c}}} then print(c) end     --> 17

-- inside a coroutine, inside a built-in function
_, ref = spawn_monitor(function()
  table.sort({1, 2, 3}, coroutine.wrap(function() fail(18) end))                  --| E18
end)
receive case {"DOWN", ^ref, reason = {"error", {code = c}}} then print(c) end     --> 18

-- A __tostring that fails, or gives no text, is as good as none.
_, ref = spawn_monitor(function()
  error(setmetatable({a = 1}, {__tostring = function(e) return e.b.c end}))
  --| (error object is a table value) {a = 1}
end)
receive case {"DOWN", ^ref, reason = {"error", {a = a}}} then print(a) end        --> 1
_, ref = spawn_monitor(function()
  error(setmetatable({a = 2}, {__tostring = function() return {} end}))
  --| (error object is a table value) {a = 2}
end)
receive case {"DOWN", ^ref, reason = {"error", {a = a}}} then print(a) end        --> 2

-- It may end the process itself.
_, ref = spawn_monitor(function() error(setmetatable({}, {__tostring = function() exit("itself") end})) end)
receive case {"DOWN", ^ref, reason = r} then print(r) end                         --> itself

-- An error in a __close takes the place of the first one, in the report too.
local both <close> = setmetatable({}, {__close = function() error("the second", 0) end})
fail(19)
--| the second
