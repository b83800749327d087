-- lua: same
-- A loop over `next` itself with a closing value, which the loop without calls
-- took for its own slot.
local closing = setmetatable({}, { __close = function() print "closed" end })
for k, v in next, { 10, 20 }, nil, closing do print(k, v) end
--> 1	10
--> 2	20
--> closed
