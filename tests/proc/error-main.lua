-- exit: 1
-- An error of main ends the program with exit code 1 and a report.
print("before")                    --> before
spawn(function() receive case "never" then end end)
local t = nil
print(t.field)
--| attempt to index a nil value (local 't')
--| error-main.lua:6
