-- stdin: one
-- stdin: two 2
-- Standard input is read without holding up other processes.
local me = self()
print(io.read())                   --> one
spawn(function() me ! io.read("l") end)
print(receive())                   --> two 2
print(io.read())                   --> nil
