-- lua: same
-- A finaliser that makes a new object with a finaliser: the end of the program
-- does not wait for those.
local stressed = (os.getenv("MOONLET_STRESS") or ""):find("gc")     -- each step would make one
local mt = {}
local n = 0
function mt.__gc()
    n = n + 1
    if n <= 2 then print("finaliser", n) end
    if not stressed then setmetatable({}, mt) end
end
local last = setmetatable({}, mt)
print "end"
--> end
--> finaliser	1
