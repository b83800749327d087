-- A bad closing value was told to be where the loop's body ends.
-- lua: same
print(pcall(function()
  for _ in next, {}, nil, 7 do
    print("body")
  end
end))
--? false	.*line-of-closing-value.lua:4: variable '\(for state\)' got a non-closable value
