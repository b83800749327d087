-- string.format and tostring.
-- quick: 100
-- counted: 5000
local N = tonumber(arg and arg[1]) or 400000
local total = 0
for i = 1, N do
  total = total + #string.format("%d %5.2f %s %x", i, i / 7, "name", i)
  total = total + #tostring(i)
end
print(string.format("%d", total))
