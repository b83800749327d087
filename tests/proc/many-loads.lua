-- Many processes compile long texts at the same time.
local N = 30
-- 300 functions, a hundred in each block: a function has no more than 200 locals.
local function source(i)
  local t = {"return function() local sum = 0"}
  for k = 1, 300 do
    if k % 100 == 1 then t[#t + 1] = "do" end
    t[#t + 1] = ("local function f%d(x) return x + %d, 'name_%d_%d' end sum = sum + f%d(%d)")
      :format(k % 100, i, i, k, k % 100, k)
    if k % 100 == 0 then t[#t + 1] = "end" end
  end
  t[#t + 1] = "return sum end"
  return table.concat(t, "\n")
end

local me = self()
for i = 1, N do
  spawn_link(function()
    local f = assert(load(source(i), "=text" .. i))()
    local bad, why = load(source(i) .. "\nx = = 1", "=bad" .. i)
    me ! {i, f(), bad == nil and why:match("^bad%d+:%d+") or "?"}
  end)
end
local sums, lines = {}, {}
for _ = 1, N do
  receive case {i, sum, line} then sums[i] = sum lines[i] = line end
end
local _, newlines = source(1):gsub("\n", "")
for i = 1, N do
  assert(sums[i] == 300 * 301 // 2 + 300 * i, sums[i])
  assert(lines[i] == ("bad%d:%d"):format(i, newlines + 2), lines[i])
end
print("ok")            --> ok
