-- lua: same
-- for with numbers: integers, floats, ends of the range, zero step.

local function run(a, b, c)
  local t = {}
  for i = a, b, c or 1 do
    t[#t + 1] = tostring(i)
    if #t >= 8 then t[#t + 1] = "..." break end
  end
  print(#t .. ": " .. table.concat(t, " ") .. ".")
end
run(1, 3)                         --> 3: 1 2 3.
run(3, 1, -1)                     --> 3: 3 2 1.
run(1, 0)                         --> 0: .
run(1, 3.9)                       --> 3: 1 2 3.
run(1.0, 3)                       --> 3: 1.0 2.0 3.0.
run(1, 2, 0.25)                   --> 5: 1.0 1.25 1.5 1.75 2.0.
run(0.1, 0.35, 0.1)               --> 3: 0.1 0.2 0.3.
run(-1, -3, -1)                   --> 3: -1 -2 -3.
run(10, 1, -4)                    --> 3: 10 6 2.
run(math.maxinteger - 2, math.maxinteger)
--> 3: 9223372036854775805 9223372036854775806 9223372036854775807.
run(math.mininteger + 2, math.mininteger, -1)
--> 3: -9223372036854775806 -9223372036854775807 -9223372036854775808.
run(math.maxinteger - 1, math.huge)  --> 2: 9223372036854775806 9223372036854775807.
run(math.mininteger, -math.huge, -1)  --> 1: -9223372036854775808.
run(1, math.huge, math.maxinteger)  --> 1: 1.
run(1, -math.huge)                --> 0: .
run(math.mininteger, math.maxinteger, math.maxinteger)
--> 3: -9223372036854775808 -1 9223372036854775806.
run(3, 1)                         --> 0: .
run(1, 0/0)                       --> 0: .
run(2^53, 2^53 + 2)
--> 9: 9.007199254741e+15 9.007199254741e+15 9.007199254741e+15 9.007199254741e+15 9.007199254741e+15 9.007199254741e+15 9.007199254741e+15 9.007199254741e+15 ....

local function err(...) print((select(2, pcall(...)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(function() for i = 1, 10, 0 do end end)  --> 'for' step is zero
err(function() for i = 1.0, 10, 0 do end end)  --> 'for' step is zero
err(function() for i = "a", 10 do end end)  --> bad 'for' initial value (number expected, got string)
err(function() for i = 1, {} do end end)  --> bad 'for' limit (number expected, got table)
err(function() for i = 1, 2, false do end end)  --> bad 'for' step (number expected, got boolean)

-- Changing the variable does not change the loop.
for i = 1, 3 do io.write(i, " "); i = i * 100 end
print(".")                        --> 1 2 3 .
-- The limits are evaluated once.
local n = 3
for i = 1, n do n = 10; io.write(i, " ") end
print(".")                        --> 1 2 3 .
