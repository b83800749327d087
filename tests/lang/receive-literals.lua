-- Patterns that are literals: compared as `==` compares primitive values.

local me = self()
local function what(m)
  me ! m
  receive
    case true then return "true"
    case false then return "false"
    case 42 then return "forty-two"
    case -1 then return "minus one"
    case 2.5 then return "two and a half"
    case -0.5 then return "minus a half"
    case 0x10 then return "sixteen"
    case 1e3 then return "thousand"
    case "text" then return "text"
    case 'single' then return "single"
    case [[long]] then return "long"
    case "a\0b" then return "zero inside"
    case "" then return "empty"
    case 9007199254740993 then return "big"
    case _ then return "none of them"
  end
end
print(what(true), what(false))                    --> true	false
print(what(42), what(42.0), what("42"))           --> forty-two	forty-two	none of them
print(what(-1), what(1), what(-1.0))              --> minus one	none of them	minus one
print(what(2.5), what(-0.5), what(0.5))           --> two and a half	minus a half	none of them
print(what(16), what(1000), what(1000.0))         --> sixteen	thousand	thousand
print(what("text"), what("Text"))                 --> text	none of them
print(what("single"), what("long"))               --> single	long
print(what("a\0b"), what("a"), what(""))          --> zero inside	none of them	empty
print(what(9007199254740993), what(9007199254740992.0))  --> big	none of them
print(what({}), what(print), what(me))            --> none of them	none of them	none of them

-- A string made at run time matches the literal with the same bytes.
print(what(("te"):rep(1) .. "xt"))                --> text
print(what(("x"):rep(100)))                       --> none of them

-- nil as a pattern: nothing there.
me ! {"a", nil, 3}
receive
  case {"a", x, 3} then print("a value", x)
  case {"a", nil, 3} then print("no value")       --> no value
end
me ! {"named"}
receive
  case {"named", extra = nil} then print("no extra")   --> no extra
end

-- A long literal.
local long = ("0123456789"):rep(10)
me ! {long}
receive
  case {"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"} then
    print("long literal")                         --> long literal
end
