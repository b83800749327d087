-- A process that needs more than its limit ends; pcall does not help, and the
-- others go on.
local function ends(f, bytes)
  local p, ref = spawn({monitor = true, memory = bytes or 1000000}, f)
  receive
    case {"DOWN", ^ref, reason = {"limit", what, ...}} then return "limit " .. what
    case {"DOWN", ^ref, reason = {"error", e}} then return "error " .. tostring(e)
    case {"DOWN", ^ref, reason = r} then return r
  end
end
print(ends(function() local t = {} for i = 1, 1000000000 do t[i] = i end end))     --> limit memory
print(ends(function() pcall(function() local t = {} while true do t = {t} end end) end))   --> limit memory
-- One object that is too large is an error like any other.
print((ends(function() local s = "x" while true do s = s .. s end end):gsub("%S+:%d+: ", "")))  --> error not enough memory
print(ends(function() local t = {} for i = 1, 1000 do t[i % 10] = {i} end end))    --> normal
