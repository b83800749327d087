-- Texts put together in pieces: .. and table.concat.
-- quick: 1000
-- allocates
local N = tonumber(arg and arg[1]) or 1500000
local parts, total = {}, 0
for i = 1, N do
  local s = "line " .. i .. ": " .. (i * 7) % 1000 .. "\n"
  parts[#parts + 1] = s
  total = total + #s
  if #parts == 1000 then
    local text = table.concat(parts)
    total = total + #text % 10
    parts = {}
  end
end
local s = ""
for i = 1, 20000 do s = s .. "x" end
print(string.format("%d %d", total, #s))
