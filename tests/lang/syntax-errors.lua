-- lua: same
-- Text that is no program is refused (what the message says is not compared).

local bad = {
  "x", "x =", "= 1", "local", "local 1", "if", "if x", "if x then", "for", "for i", "for i = 1",
  "for i = 1 do end", "for i in", "while", "repeat", "function", "function f", "function f(",
  "return return", "f(", "f)", "a.b", "a.", "a:b", "a.b:c = 1", "(a) = 1 = 2", "f() = 1", "1 = x",
  "x = }", "x = {", "x = {1 2}", "x = 'abc", "x = \"abc\ndef\"", "x = [[abc", "x = [==[ ]=]",
  "x = 0x", "x = 1e", "x = 3x", "x = 1..2", "x = 0x1g", "x = '\\q'", "x = '\\300'", "x = '\\xZZ'", "x = '\\u{110000000}'",
  "x = @", "x = $", "x = a b", "goto", "goto 1", "::a", "local x <", "local x <const", "local function f",
  "x = not", "x = 1 +", "x = #", "x = ...f", "function f(...,a) end", "function f(a,) end",
  "do", "end", "else", "local x = function", "a, b += 1", "x ~= 1", "x == 1", "break", "return 1,", "x = (1", "--[[ open", "x = a.1",
  "local a.b = 1", "for a.b = 1, 2 do end", "if x then else elseif y then end", "x = function() return ... end",
}
local accepted = 0
for _, text in ipairs(bad) do
  local f, message = load(text)
  if f or type(message) ~= "string" then print("accepted: " .. text); accepted = accepted + 1 end
end
print(#bad, accepted)             --> 75	0

local good = {
  "", ";", ";;;", "x = 1;", "return", "return;", "return 1;", "do end", "f()", "f{}", "f''", "f[[x]]", "a.b()", "a:b()",
  "a:b'x'", "(f)()", "x = (f())", "local x", "local x <const> = 1", "local function f() end", "goto a ::a::", "::a::",
  "for i = 1, 2 do end", "for i = 1, 2, 3 do end", "for a, b, c in x, y, z do end", "while x do break end",
  "repeat local x until x", "x = {1; 2, 3;}", "x = {[1] = 2, a = 3, 4}", "x = function(...) return ... end", "x = - - 1", "x = not not 1",
  "x = a.b.c[d].e", "x = 'a\\\nb'", "x = '\\z   b'", "--comment", "--[[ long ]] x = 1", "#!shebang", "x = 0x.1p4", "x = 3.", "x = .3",
  "a, b.c, d[e] = 1, 2, 3", "x = ~1 ~ ~2", "x = 2^-3", "return function() end", "x = [==[ ]] ]=] ]==]", "if a then elseif b then else end",
}
for _, text in ipairs(good) do
  local f, message = load(text)
  if not f then print("refused: " .. text, message) end
  --> refused: #!shebang	[string "#!shebang"]:1: unexpected symbol near '#'
end
print(#good)                      --> 47
