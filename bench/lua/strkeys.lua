-- Tables with keys of text: a count of words.
-- quick: 1000
-- counted: 50000
local N = tonumber(arg and arg[1]) or 6000000
local words = {}
for i = 1, 5000 do words[i] = "w" .. i * 7919 % 5003 end
local count, distinct = {}, 0
for i = 1, N do
  local w = words[i * 31 % 5000 + 1]
  local c = count[w]
  if c then
    count[w] = c + 1
  else
    count[w] = 1
    distinct = distinct + 1
  end
end
local t = {}
for i = 1, 100000 do t["key" .. i] = i end
local sum = 0
for i = 1, 100000 do sum = sum + t["key" .. i] end
local most = 0
for _, c in pairs(count) do if c > most then most = c end end
print(string.format("%d %d %d", distinct, most, sum))
