-- A collection between two messages that a receive looks at moved a message
-- that was still in its fragment.
local me = self()
for i = 1, 300 do me ! {"noise", {i, {i}}, ("x"):rep(i)} end
local junk
for round = 1, 300 do
  me ! {"wanted", {round}}
  for i = 1, 20 do junk = {junk and {} or nil, i} end
  receive
    case {"wanted", {n}} if #{n, n} == 2 then
      if n ~= round then print("wrong", n) end
  end
  collectgarbage("step")
end
local sum = 0
for i = 1, 300 do
  receive case {"noise", {a, {b}}, s} if a == b and #s == a then sum = sum + a end
end
print(sum)                             --> 45150
