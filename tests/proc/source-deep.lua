-- A million open parentheses give an error with line and column, not a crash;
-- so does every other way to nest.
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local N = 1000000 // SCALE
local function refused(head, piece)
  local f, message = load(head .. piece:rep(N), "=deep")
  if f or not message:find("^deep:1:") then print("not refused", piece, message) end
end
for _, piece in ipairs {"(", "{", "- ", "not ", "f(", "a[", "function() return ",
                        "'a' .. ", "2 ^ ", "{x = ", "f{", "#"} do
  refused("return ", piece)
end
for _, piece in ipairs {"do ", "if x then ", "while x do ", "function f() ",
                        "receive case x then ", "repeat "} do
  refused("", piece)
end
for _, piece in ipairs {"{", "{x = "} do refused("receive case ", piece) end
print("refused")                   --> refused
local ok = load("return " .. ("("):rep(100) .. "1" .. (")"):rep(100))
print(ok())                        --> 1
