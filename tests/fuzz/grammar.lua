-- grammar.lua - expressions of random programs, as data.
--
-- A kind of expression has leaves and forms. In a form "$kind" is an expression
-- of that kind; "$!kind" is one that is surely of the kind or raises an error;
-- "$_kind" is a leaf. Functions make what is no list of words.
--
-- What a form may not do, since the answer is nobody's promise: show an address
-- (so tostring and %s see "plain" values only), take the length of a table with
-- holes, sort equal or incomparable values, depend on the order of pairs.

local rnd = math.random

local function pick(t) return t[rnd(#t)] end

-- a chance of one in n
local function one_in(n) return rnd(n) == 1 end

local g = {}

g.int = {
  leaves = { "0", "1", "-1", "2", "3", "5", "7", "10", "63", "64", "-64", "255", "256", "-7",
    "0x7fffffffffffffff",
    "0xffffffffffffffff", "math.mininteger", "math.maxinteger", "(1 << 31)", "(1 << 53)", "0xA", "-128",
      "127", "65536" },
  forms = { "$int + $int", "$int - $int", "$int * $int", "$int // $int", "$int % $int", "$int & $int",
    "$int | $int",
    "$int ~ $int", "$int << $int", "$int >> $int", "($int + $int)", "($int - $int)", "($int * $int)",
      "($int // $int)",
    "($int % $int)", "($int & $int)", "($int | $int)", "($int ~ $int)", "($int << $int)", "($int >> $int)",
    "$int + $lit", "$int - $lit", "$int * $lit", "$int // $lit", "$int % $lit", "$int & $lit", "$int << $lit",
    "$int >> $lit", "$lit - $int", "$lit << $int", "$lit // $int",
    "- $int", "~$int", "(- $int)", "(~$int)", "- - $int", "#$str", "#$ints", "(#$list)", "math.abs($int)",
    "math.max($int, $int)", "math.min($int, $int, $int)", "math.fmod($int, $int)",
      "(math.tointeger($num) or 4)",
    "($str:byte($small) or 7)", "$str:len()", "select('#', $multi)", "(utf8.len($str) or -3)",
      "(tonumber($digits, $base) or 12)",
    "(math.tointeger($numeral) or 2)", "($bool and $!int or $!int)", "($ints[$small] or $!int)",
      "(\"10\" + $int)", "$int | 3.0",
    "#string.pack($packing)", "rawlen($ints)", "(function(...) return $!int end)($multi)",
    "select($pos, $!int, $!int, $!int)", "(math.tointeger(math.ceil($num)) or 3)",
      "(math.tointeger(math.floor($num)) or -3)", "(utf8.offset($str, $small) or 9)",
    "($ints[#$ints] or 0)", "(string.find($str, $pattern) or 0)", "(select(2, $str:gsub($pattern, \"%0\")))" },
}

g.num = {
  leaves = { "0.0", "-0.0", "0.5", "1.5", "-2.25", "1e15", "2^53", "2^63", "-2^63", "1e308", "5e-324",
    "(0/0)", "math.huge",
    "-math.huge", "3.0", ".5", "3.", "1e+2", "0x1p-3", "0x.8p1", "1e100", "-1.0", "math.pi", "2^-1074",
      "9007199254740993" },
  forms = { "$num + $num", "$num - $num", "$num * $num", "$num / $num", "$num // $num", "$num % $num",
    "$num ^ $num", "($num + $int)",
    "($int - $num)", "($num * $int)", "($int / $int)", "($int // $num)", "($num % $int)", "($int ^ $int)",
      "- $num", "(- $num)",
    "$num + $lit", "$num / $lit", "$lit / $num", "$num % $lit", "$num // $lit", "$num ^ $lit",
    "math.sqrt($num)", "math.abs($num)", "math.fmod($num, $num)", "(math.modf($num))",
      "select(2, math.modf($num))", "$!int", "$!int",
    "math.max($num, $int)", "math.min($int, $num)", "(tonumber($numeral) or 0.5)", "($numeral * $num)",
      "($numeral + $num)", "math.ult($int, $int) and $!num or $!int",
    "- $numeral", "$numeral // $int", "$num % $numeral", "math.floor($num)", "math.exp($num)",
      "math.log($num, $int)", "$numeral ^ 2", "(tonumber($str) or $!int)" },
}

g.str = {
  leaves = { '""', '"a"', '"10"', '"0x10"', '"abc"', '" 5 "', '"1e1"', '"z\\0z"', '"hello world"', "'a,b,,c'",
    '"\\u{20AC}x\\u{7FFFFFFF}"', '"\\xff\\200"',
    '"key=val; k2 = v2"', '"(a(b)c)"', '"l1\\nl2"', '"THE (quick) fox"', '"aaa"', '"%d%%"', '("ab"):rep(30)',
      "'x'", '"\\z  y"', '"é"' },
  forms = { "$str .. $str", "$str .. $int", "($str .. $num)", "$int .. $str", "$str .. $str .. $str",
    "($num .. $int)", "$str:rep($small)", "$str:rep($small, $str)", "$str:sub($small, $small)",
    "$str:sub($int)", "$str:sub($int, $int)", "$str:upper()", "$str:lower()", "$str:reverse()",
      "string.char($byte, $byte)", "tostring($!plain)", "tostring($!num)",
    "table.concat($ints, $str)", "table.concat({'p', 'q', 'r'}, $str, $pos, $pos)", "table.concat($strs)",
      "($str:gsub($pattern, $replacement))", "($str:gsub($pattern, $replacement, $small))",
    "($str:match($pattern) or $!str)", "string.format($format)", "string.format($format)",
      "string.format(\"%s|%q\", $!plain, $!plain)", "type($any)", "utf8.char($codepoint, $codepoint)",
      "$bool and $!str or $!str",
    "(math.type($any) or \"none\")", "string.format(\"%5.1f|%-5d|%05d\", $num, $int, $int)",
      "(select(2, pcall(error, $str)))", "string.pack($packing)",
      "($str:gsub($pattern, {[$str] = $str, a = $int}))",
    "($str:gsub($pattern, function(x, y) return $callback end))", "string.format(\"%q\", $!num)",
      "(tostring($!plain) .. $str)", "string.format($format)", "type(load($source))",
    "string.rep($str, $small)", "string.sub($str, $small, -2)", "($strs[$small] or $!str)" },
}

g.bool = {
  leaves = { "true", "false" },
  forms = { "$int < $int", "$int <= $num", "$num > $int", "$num >= $num", "$int == $num", "$int ~= $int",
    "$str < $str", "$str <= $str", "$str == $str", "not $bool",
    "$!bool and $!bool", "$!bool or $!bool", "($any == $any)", "($any ~= $any)", "not $any",
      "rawequal($any, $any)", "math.ult($int, $int)", "$int < $lit", "$lit >= $int", "$int == $lit",
    "$num <= $lit", "$lit > $num", "($int < $int) == $bool", "$any == nil", "$any ~= false",
      "$str == \"abc\"", "not not $any", "($any < $any)", "($any <= $any)", "$obj < $obj", "$obj == $obj",
    "$str:find($pattern) ~= nil", "(pcall(error))", "next($list) == nil", "math.type($int) == \"integer\"",
      "$num ~= $num", "not ($int < $num)" },
}

g.ints = {
  leaves = { "{3, 1, 2}", "{}", "{10}", "{5, 4, 3, 2, 1, 0, -1}" },
  forms = { "{$!int, $!int, $!int}", "{$!int, $!int}", "{$!int}", "table.move($ints, 1, $small, 1, {})",
    "{$str:byte(1, $small)}", "table.pack($!int, $!int)", "{table.unpack($ints)}",
    "{$!int, table.unpack($ints)}" },
}

g.strs = {
  leaves = { "{'a', 'b', 'c'}", "{}", "{'x', 'yy', 'zzz', ''}" },
  forms = { "{$!str, $!str}", "{$!str, $!str, [3] = $!str}", "{$!str; $!str;}", "{[1] = $!str, $!str}" },
}

g.list = {
  leaves = { "{1, 'a', true, 2.5}", "{}", "{false, {}, ''}" },
  forms = { "{$!plain or 1, $!plain or 2}", "{$ints, $strs}", "{n = $any, $!str, x = $any, [2.0] = $!int}",
    "{$!int, $!bool, $!num}", "{[$!str] = $any, [$!num + 0.5] = $any, k = $any}", "$ints", "$strs",
    "{{{}}}" },
}

g.obj = { leaves = { "new($lit)", "new($lit)" }, forms = { "new($int)", "new($str)", "new($any)" } }

-- values that look the same wherever they are made
g.plain = { leaves = { "nil", "true", "false" }, forms = { "$!int", "$!num", "$!str", "$!bool", "nil" } }

g.any = {
  leaves = { "nil", "true", "false", "{}", "$_int", "$_num", "$_str" },
  forms = { "$int", "$num", "$str", "$bool", "$list", "$obj", "$any and $any", "$any or $any", "(...)",
    "(pcall($wild, $any))", "rawget($list, $small)", "$list[$small]", "$obj", "(select(1, $multi))",
    "$obj.name",
    "$list.x", "tonumber($numeral)", "math.tointeger($num)", "(select(2, pcall(error, $any)))",
      "(function(...) return $multi end)($any, $multi)", "select($pos, $multi)", "{x = $any}",
      "{$any, x = {y = $int}}" },
}

-- what is an error more often than not
g.wild = {
  leaves = { "nil", "true", "false", "{}", "$_int", "$_num", "$_str" },
  forms = { "$int", "$num", "$str", "$bool", "$list", "$obj", "$any.x", "$any[$any]", "$any.x.y",
    "$any + $any", "$any - $int", "$any .. $any", "$any(...)", "$any and $any", "$any or $any", "#$any",
    "- $any",
    "$any & $any", "~$any", "$any:name($any)", "$any($any, $any)", "$obj + $any", "$any .. $obj",
      "$obj .. $str", "#$obj", "- $obj", "$obj[$plain]", "$obj.name", "$obj($multi)", "$obj:method($any)",
    "$obj // $obj", "$int % $obj", "$obj & $int", "$obj << $num", "$obj ^ 2", "~$obj", "undefined",
      "undefined.x", "undefined($int)", "math.nothing", "math.nothing($int)", "string.nothing.x", "(...)",
    "select($pos, $multi)", "(pcall($any, $any))", "rawget($list, $small)", "$list[$small]",
      "$list[$small].x", "getmetatable($list)", "getmetatable($obj)", "($str).x", "($str):nothing()",
      "(select(1, $multi))", "tonumber($any)", "tonumber($any, $base)", "tonumber($str, $small)",
      "string.packsize($packed)", "utf8.codepoint($str, $small, $small)", "$str + $num", "$str & $int",
      "$int | \"3\"", "table.concat($strs, $str, $small, $small)", "select($small, $multi)",
    "math.tointeger($any)", "setmetatable($list, $any)", "next({$any}, 'k')", "string.rep($any, $small)",
      "string.rep('ab', math.maxinteger)", "table.unpack({}, 1, 1e8)", "table.unpack({}, 1, 1 << 40)",
      "$any < $any", "$any * $lit", "$lit - $any", "$any // $str", "$any | 1", "1.5 | $int", "$num & $int",
      "$str & $int",
    "assert($any, $any)", "($int)()", "($str)($int)", "$any.x()", "$any.x.y()", "#$int", "$list < $list",
      "$int < $str", "$any.x + 1", "1 + $any.x", "$any.x .. 's'", "$any[$small] - 1", "$ints.x:y()",
      "$any['x y'] + 1",
    "(function(a, ...) return $wild end)($multi)", "$wild + $wild", "$wild.x", "$wild", "ipairs($any)",
      "ipairs($list)", "string.byte($any)", "string.char($int)", "utf8.char($int)", "math.abs($any)",
      "table.concat($list)", "table.unpack($any)",
    "math.floor($any)", "math.max($any)", "math.max()", "string.format('%d', $any)",
      "string.format('%d', $num)", "string.format('%d', $numeral)", "string.format('%g', $any)",
      "string.format('%c', $any)", "rawset({}, $any, $any)", "string.find($any, $any)",
      "table.insert($ints, $int, $int)", "table.insert($ints)",
    "table.remove($ints, $int)", "utf8.codepoint($str, $int)", "table.concat($strs, $any)",
      "string.unpack($any, $any)", "xpcall($any, type)", "(load($any))", "error($any)", "error($any, $small)",
      "string.gsub($str, $any, $any)" },
}

-- several values, where a list ends
g.multi = {
  leaves = { "nil", "nil", "...", "..." },
  forms = { "$any", "$any, $any", "$wild", "$any, $multi", "table.unpack($ints)", "$str:byte(1, -1)",
    "$str:find($pattern, $small)", "$str:match($pattern)", "pcall($any, $any)", "pcall(error, $any)",
    "string.unpack($unpacking)",
    "$any, nil", "table.unpack($ints, $small, $small)", "math.modf($num)",
      "xpcall($any, function(m) return $callback end, $int)", "select($pos, $multi)",
      "utf8.codepoint($str, 1, -1)", "pcall(string.rep, $any, $small)",
    "$str:gsub($pattern, $replacement)", "(load($source))", "table.unpack({$multi}, 1, 2)",
      "select(-1, $any, $any)", "pcall(select, $int, $int)", "$str:find($str, $small, true)",
      "pcall(string.unpack, $packed, $str, $small)",
    "pcall(setmetatable, $any, $any)", "utf8.len($str, $small, $small)", "math.type($num), $num",
      "pcall(pcall, $any)", "pcall(string.format, $format)",
      "pcall(table.concat, $list, $str, $small, $small)" },
}

-- in callbacks of the library: no yield, nothing that leads back here
g.callback = { leaves = { "nil", "false", "'r'" }, forms = { "$_str", "x", "type(x)", "type(y)", "$int",
  "$!str", "tostring($!plain)" } }

local function literals(...)
  local t = { ... }
  return { make = function() return pick(t) end }
end

g.lit = literals("0", "1", "2", "-1", "3", "7", "8", "100", "127", "128", "-128", "-127", "255", "256",
  "1000", "1.0", "2.0", "-1.0", "0.0", "0.5", "1e10", "32767", "65536",
  "2147483647", "2147483648", "-2147483648", "9223372036854775807", "1e308", "0x10")
g.small = literals("0", "1", "2", "3", "4", "5", "-1", "-2", "-3", "1", "2", "3", "2.0", "'2'")
g.pos = literals("1", "1", "2", "3", "-1")
g.base = literals("2", "8", "10", "16", "36", "3")
g.byte = literals("65", "97", "0", "255", "48", "32", "10", "37")
g.codepoint = literals("65", "0x20AC", "0x10FFFF", "0x7FFFFFFF", "0", "0x7f", "0x80", "0x7ff", "0x800",
  "0xD800", "-1", "0x80000000")
g.digits = literals("'10'", "'ff'", "'zz'", "' 11 '", "'-7'", "'8'", "''", "'1.0'", "'7fffffffffffffff'",
  "'- 1'", "'1e1'", "'Zz9'", "'ffffffffffffffffff'")
g.numeral = literals("'10'", "'0x10'", "' 5 '", "'1e1'", "'-7'", "'.5'", "'5.'", "'0x.8p1'", "'1e'", "'0x'",
  "' '", "'1 2'", "'inf'", "'nan'", "'9223372036854775808'", "'-9223372036854775808'",
  "'0xffffffffffffffffff'",
  "'1e400'", "'+3'", "'- 3'", "'3\\n'", "'3\\0'", "'1_0'", "'0b1'", "'2^53'", "'1e-400'", "'0x1p4'", "'1E+2'",
    "'--1'", "'\\t7'")
g.source = literals("'return 1'", "'x ='", "'return ...'", "'goto l'", "'::a:: ::a::'", "'break'", "'for'",
  "'local x <const> = 1; x = 2'", "'return \"'", "'local x <foo> = 1'", "')'", "''", "'return return'",
  "'x = }'", "'a.b:c = 1'", "'[[x'", "'return 0x'", "'return 3x'", "'return \"\\\\q\"'",
    "'do local a goto l end ::l::'", "'--[[x'", "'return \"\\\\300\"'", "'f() = 1'",
    "'local function f() ... end'", "'for i = 1 do end'")

-- patterns

local items = { "a", "b", ".", "%a", "%d", "%s", "%w", "%p", "[a-c]", "[^a-c]", "[%w_]", "x", " ", "%.",
  "[]]", "[^%s]", "%u", "%l", "%x", "%c", "%g", "[a-]", "[%a-z]", "%%", "=", "," }
local ends = { "", "", "", "*", "+", "-", "?" }
local odd = { "%b()", "%f[%w]", "()", "%1", "%2", "(", ")", "[a", "%", "%b", "%f", "^", "$", "[%", "[]", "%9",
  "\\0", "[^]" }

local function pattern()
  local t = { one_in(6) and "^" or "" }
  local open = 0
  for _ = 1, rnd(4) do
    if one_in(4) then t[#t + 1] = "("; open = open + 1 end
    t[#t + 1] = one_in(20) and pick(odd) or pick(items) .. pick(ends)
    if open > 0 and one_in(2) then t[#t + 1] = ")"; open = open - 1 end
  end
  if not one_in(12) then t[#t + 1] = (")"):rep(open) end
  if one_in(6) then t[#t + 1] = "$" end
  return '"' .. table.concat(t) .. '"'
end

g.pattern = { make = pattern }
g.replacement = literals('"<%0>"', '"%1"', '"%1%1"', '"x"', '""', '"%2"', '"%%"', '"%"', '"%a"',
  "{a = 1, b = true, c = 'C'}", "{a = false}", "string.upper", "function(x) return x .. x end",
  "function() end", "7", "{a = {}}",
  "function(...) return select('#', ...) end", "nil", "true", "1.5", "function(x) error({x}) end")

-- formats: the text and what it takes

local flags = { "", "", "", "-", "+", " ", "0", "#", "-0", "+0" }
local widths = { "", "", "5", "10", "1", "99", "100" }
local precisions = { "", "", ".0", ".3", ".", ".20", ".99" }

local function format_one(expand)
  local k = rnd(11)
  local spec = "%" .. pick(flags) .. pick(widths)
  if k <= 3 then return spec .. pick(precisions) .. pick { "d", "i", "x", "X", "o" },
    expand(one_in(4) and "$num" or "$int") end
  if k <= 6 then return spec .. pick(precisions) .. pick { "f", "g", "e", "E", "G", "a", "A" },
    expand "$num" end
  if k == 7 then return "%" .. pick { "", "-" } .. pick(widths) .. "c", expand "$int" end
  if k == 8 then return "%" .. pick { "", "-" } .. pick(widths) .. pick(precisions) .. "s", expand "$!plain" end
  if k == 9 then return pick { "%%", "text", "%q", "%i" }, expand "$!int" end
  if k == 10 and one_in(5) then return pick { "%u", "%", "%y", "%5", "%10q", "%#s", "%0s", "%.3c", "%5%",
    "%123d", "%.123d", "%q" }, expand "$!plain" end
  return "%" .. pick { "d", "s", "g", "x" }, expand(pick { "$!int", "'12'", "'0x10'", "3.0" })
end

local function format(expand)
  local texts, args = {}, {}
  for i = 1, rnd(3) do texts[i], args[i] = format_one(expand) end
  if one_in(15) then args[#args] = nil end
  return '"' .. table.concat(texts, pick { "|", "", " " }) .. '"' .. (args[1] and ", " .. table.concat(args,
    ", ") or "")
end

g.format = { make = format }

-- packing

local packs = { { "b", "$int" }, { "B", "$byte" }, { "h", "$lit" }, { "H", "$lit" }, { "i4", "$lit" }, { "I3",
  "$lit" }, { "j", "$int" }, { "J", "$int" }, { "n", "$num" }, { "d", "$num" }, { "f", "$num" },
  { "z", "$str" }, { "s", "$str" }, { "s1", "$str" }, { "s2", "$str" }, { "c5", "$str" }, { "c0", "$str" },
    { "i16", "$int" }, { "I16", "$int" }, { "T", "$byte" }, { "l", "$int" }, { "i7", "$int" }, { "x" },
    { "Xi4" }, { "Xd" },
  { "i17", "$int" }, { "i0", "$int" }, { "y", "$int" }, { "c", "$str" }, { "X" }, { "!3i4", "$int" } }
local orders = { "", "", "<", ">", "=", "!", "!4", "!8 ", " ", "<!2" }

local function packing(expand, only_format)
  local texts, args = {}, {}
  for i = 1, rnd(4) do
    local p = packs[rnd(one_in(8) and #packs or #packs - 6)]
    texts[i] = pick(orders) .. p[1]
    if p[2] then args[#args + 1] = expand(p[2]) end
  end
  local text = '"' .. table.concat(texts) .. '"'
  if only_format or not args[1] then return text end
  return text .. ", " .. table.concat(args, ", ")
end

g.packing = { make = packing }
g.packed = { make = function(expand) return packing(expand, true) end }
g.unpacking = { make = function(expand) return packing(expand,
  true) .. ", " .. expand "$str" .. (one_in(3) and ", " .. expand "$small" or "") end }

return g
