-- An ephemeron whose value refers to its key was kept if there had been a
-- collection before.
collectgarbage()
local e = setmetatable({}, {__mode = "k"})
do local k = {}; e[k] = {k} end
collectgarbage() collectgarbage()
print(next(e))                         --> nil
