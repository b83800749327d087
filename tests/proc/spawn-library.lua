-- The library is shared; who writes to it gets his own.
local me = self()
string.shout = function(s) return s:upper() .. "!" end
print(("a"):shout())               --> A!

-- The child inherits the change its parent made before.
spawn(function() me ! ("b"):shout() end)
print(receive())                   --> B!

-- What the child changes nobody else sees.
spawn(function()
  string.shout = function() return "child" end
  math.pi = 3
  print = nil
  me ! ("c"):shout() .. math.pi
end)
print(receive())                   --> child3
print(("c"):shout(), math.pi > 3.1)    --> C!	true

-- rawset, next and pairs see the process' own version.
rawset(table, "mine", 1)
local n = 0
for k in pairs(table) do if k == "mine" then n = n + 1 end end
print(n, rawget(table, "mine"), table.mine)   --> 1	1	1
table.mine = nil
print(table.mine, type(table.insert))  --> nil	function
spawn(function() me ! tostring(table.mine) end)
print(receive())                   --> nil
