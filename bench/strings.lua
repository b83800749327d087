-- strings.lua - building, splitting and counting words.
-- lua: same
local words, out = {}, {}
for i = 1, 200000 do out[i] = "w" .. i % 5000 end
local text = table.concat(out, " ")
for word in text:gmatch("%a%d+") do words[word] = (words[word] or 0) + 1 end
local keys = {}
for word in pairs(words) do keys[#keys + 1] = word end
table.sort(keys)
print(#keys, words.w1, (text:gsub("%d", "%0%0")):len())
