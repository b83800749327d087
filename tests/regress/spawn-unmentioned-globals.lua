-- spawn took all globals along once one had been written, also those that
-- cannot be copied.
local me = self()
thread_global = coroutine.create(print)
spawn(function() me ! "fine" end)
print(receive())                       --> fine
table.mine = function() return "mine" end
spawn(function() me ! table.mine() end)
print(receive())                       --> mine
