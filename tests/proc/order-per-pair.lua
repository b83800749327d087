-- What one process sends to another arrives in that order, whatever others do.
local me = self()
local N, SENDERS = 200, 10
for s = 1, SENDERS do
  spawn(function()
    for i = 1, N do
      me ! {s, i}
      if i % 7 == 0 then sleep(0) end
    end
  end)
end
local last, ok = {}, true
for _ = 1, N * SENDERS do
  receive
    case {s, i} then
      ok = ok and i == (last[s] or 0) + 1
      last[s] = i
  end
end
print(ok)                          --> true
