-- The function that ipairs returns looks at its arguments itself.
-- lua: same
local step = ipairs({})
print(pcall(function() step({}) end))
--? false	.*: bad argument #2 to 'step' \(number expected, got no value\)
print(step({7}, 0))                      --> 1	7
