-- Many processes work on files of their own at the same time; each finds what
-- it wrote, in its order.
local N <const>, ROUNDS <const> = 40, 10
local me = self()
for i = 1, N do
  spawn_link(function()
    local name = os.tmpname()
    for r = 1, ROUNDS do
      local f = assert(io.open(name, r == 1 and "w" or "a"))
      for k = 1, 200 do f:write(i, " ", r, " ", k, "\n") end
      if r % 2 == 0 then f:flush() end
      f:close()
    end
    local f, n = assert(io.open(name)), 0
    for line in f:lines() do
      assert(line == ("%d %d %d"):format(i, n // 200 + 1, n % 200 + 1), line)
      n = n + 1
    end
    f:close()
    assert(os.rename(name, name .. ".old") and not io.open(name))
    assert(os.remove(name .. ".old"))
    me ! {i, n}
  end)
end
local total = 0
for _ = 1, N do
  receive case {_, n} then total = total + n end
end
print(total == N * ROUNDS * 200)            --> true
