-- lua: same
-- Constants beside operators: either side, integers and floats, with numbers and with metamethods.

local function kind(v) return math.type(v) or type(v) end
local function name(op) return function(a, b) return op .. " " .. kind(a) .. " " .. kind(b) end end
local seen
local function compare(op) return function(a, b) seen = op .. " " .. kind(a) .. " " .. kind(b) return true end end
local o = setmetatable({}, {
  __add = name("add"), __sub = name("sub"), __mul = name("mul"), __div = name("div"),
  __lt = compare("lt"), __le = compare("le"), __eq = compare("eq"),
})

-- a metamethod gets the operands in the order of the source, with their types
assert(1 + o == "add integer table" and o + 1 == "add table integer")
assert(1.0 + o == "add float table" and o + 1.0 == "add table float")
assert(3 * o == "mul integer table" and o * 3 == "mul table integer")
assert(2.5 * o == "mul float table" and o * 2.5 == "mul table float")
assert(1 - o == "sub integer table" and o - 1 == "sub table integer")
assert(2 / o == "div integer table" and o / 2 == "div table integer")
local function saw(what) local was = seen seen = nil return was == what end
assert(o < 1 and saw("lt table integer"))
assert(1 < o and saw("lt integer table"))
assert(o < 1.0 and saw("lt table float"))
assert(1.0 < o and saw("lt float table"))
assert(o > 1 and saw("lt integer table"))
assert(o >= 1.0 and saw("le float table"))
assert(1.0 >= o and saw("le table float"))
assert(not (o == 1.0) and saw(nil))             -- other types are never equal

-- integers and floats compare by value; nothing compares with NaN
local i, f, nan = 3, 3.0, 0 / 0
assert(i <= 3.0 and f <= 3 and 3.0 <= i and 3 <= f and i == 3.0 and f == 3)
assert(not (i < 3.0) and not (3.0 < i) and i < 4.0 and 2.0 < i and f > 2 and 4 > f)
assert(not (nan < 1.0) and not (nan >= 1.0) and not (1.0 < nan) and not (1 >= nan) and nan ~= 1.0)
local least = math.mininteger
assert(least < -1.0 and -1.0 > least and not (least > -1))
assert(1 + i == 4 and 1 + f == 4.0 and math.type(1 + f) == "float" and 0.5 + i == 3.5)
assert(1 / (0.0 * -i) == -math.huge and 1 / (-0.0 + (-0.0 * i)) == -math.huge)
assert(math.maxinteger + 1 == math.mininteger and 1 + math.maxinteger == math.mininteger)
assert("10" + 1 == 11 and 1 + "10" == 11 and 2.0 * "4" == 8.0)

-- as conditions, with both outcomes
local function where(x)
  if x < 0.5 then return "below" elseif 1.5 < x then return "above" end
  return "between"
end
assert(where(0) == "below" and where(0.25) == "below" and where(1) == "between" and where(0.5) == "between")
assert(where(1.5) == "between" and where(2) == "above" and where(nan) == "between")

-- errors name the operand that is wrong, whichever side it stands
local function fails(what, fn)
  local ok, e = pcall(fn)
  assert(not ok and string.find(e, what, 1, true), e)
end
local t = {}
fails("attempt to perform arithmetic on a nil value (field 'x')", function() return 1 + t.x end)
fails("attempt to perform arithmetic on a nil value (field 'x')", function() return 2.0 * t.x end)
fails("attempt to perform arithmetic on a table value (upvalue 't')", function() return 1 + t end)
fails("attempt to compare number with table", function() return 1.0 < t end)
fails("attempt to compare table with number", function() return t < 1.0 end)
fails("attempt to compare number with nil", function() return 5 <= t.x end)
