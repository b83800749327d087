-- lua: same
-- A finaliser that makes a new object with a finaliser: the end of the program
-- does not wait for those.
local mt = {}
local n = 0
function mt.__gc()
    n = n + 1
    if n <= 2 then print("finaliser", n) end
    setmetatable({}, mt)
end
local last = setmetatable({}, mt)
print "end"
--> end
--> finaliser	1
