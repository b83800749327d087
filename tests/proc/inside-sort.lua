-- receive in a comparator of table.sort.
local me = self()
local judge = spawn(function()
  while true do
    receive case {from, a, b} then from ! {"less", a < b} end
  end
end)
local t = {5, 3, 9, 1, 7, 2}
table.sort(t, function(a, b)
  judge ! {me, a, b}
  receive case {"less", yes} then return yes end
end)
print(table.concat(t, " "))        --> 1 2 3 5 7 9
