-- find, match, gsub, gmatch over text.
-- quick: 1
local N = tonumber(arg and arg[1]) or 400
local lines = {}
for i = 1, 500 do
  lines[i] = ("2024-%02d-%02d user%d@example.org GET /page/%d?q=%d status=%d"):format(i % 12 + 1, i % 28 + 1, i, i * 3, i % 7, 200 + i % 5)
end
local text = table.concat(lines, "\n")
local sum = 0
for _ = 1, N do
  for line in text:gmatch("[^\n]+") do
    local y, m, d = line:match("^(%d+)-(%d+)-(%d+)")
    sum = sum + y + m + d
    if line:find("status=200", 1, true) then sum = sum + 1 end
    local user, host = line:match("(%w+)@([%w.]+)")
    sum = sum + #user + #host
  end
  local out, n = text:gsub("%d+", function(s) return #s > 3 and "#" or nil end)
  sum = sum + #out + n
  out, n = text:gsub("/(%w+)/", "<%1>")
  sum = sum + #out + n
end
print(string.format("%d", sum))
