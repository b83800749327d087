-- A text of more than 32 KiB is no number; it would be read in one go.
local n = 32 * 1024
print(tonumber(("0"):rep(n - 1) .. "7"), tonumber(("0"):rep(n) .. "7"))     --> 7	nil
print(tonumber((" "):rep(n - 1) .. "7"), tonumber((" "):rep(n) .. "7"))     --> 7	nil
print(tonumber(("0"):rep(n - 1) .. "7", 8), tonumber(("0"):rep(n) .. "7", 8))   --> 7	nil
print((("0"):rep(n - 1) .. "7") + 1)                                        --> 8
print(pcall(function() return (("0"):rep(n) .. "7") + 1 end))
--? false	.*attempt to add a 'string' with a 'number'
