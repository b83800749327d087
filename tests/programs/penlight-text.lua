-- needs: lua-penlight
-- Penlight on texts: strings, templates, patterns, lexers, printing, dates.
local stringx, text, template, sip = require("pl.stringx"), require("pl.text"), require("pl.template"), require("pl.sip")
local lexer, pretty, data, xml = require("pl.lexer"), require("pl.pretty"), require("pl.data"), require("pl.xml")
local stringio, lapp, utils, url = require("pl.stringio"), require("pl.lapp"), require("pl.utils"), require("pl.url")
local Date, input, config, luabalanced = require("pl.Date"), require("pl.input"), require("pl.config"), require("pl.luabalanced")

stringx.import()                -- methods of strings, in this process
print(("a,b,,c"):split(","), ("  x "):strip() .. "|", ("abc"):startswith("ab"), ("x"):center(5, "-"), ("hello"):at(2))
print(("one two"):title(), ("a.b.c"):rpartition("."), ("aXbX"):count("X"), ("abc"):isalpha(), ("tab\tx"):expandtabs(4), ("a-b"):replace("-", "+"))
print(("line\nother\n"):splitlines(), ("x"):rjust(3), ("abcabc"):rfind("b"), ("%s=%d"):format("x", 3), stringx.quote_string("a\n]]"))
for line in stringx.lines("1\n2") do io.write(line, ";") end
print(text.dedent("    a\n      b\n"), text.wrap("the quick brown fox jumps", 10), text.fill and text.fill("a b c", 4))
local T = require("pl.stringx").Template or text.Template
print(T("${who} costs five, ${who}!"):substitute { who = "it" }, T("$x"):safe_substitute({}))
text.format_operator()
print("%d-%s" % { 1, "x" }, "$a" % { a = "A" })

print((template.substitute("# for i = 1, 3 do\n$(i)$(i < 3 and ',' or '')\n# end\n$(name:upper())\n", { name = "x" })))
local compiled = assert(template.compile("<% for _,v in ipairs(list) do %>", {}) or true)
print(type(compiled), (template.substitute("@ if x then\nyes @{x}\n@ end", { x = 1, _escape = "@", _brackets = "{}" })))
print(template.substitute("# bad lua here\n", {}))
print(pretty.write(template.substitute("$(1/0)", { _parent = _G }), ""))

local res = {}
print(sip.match("$v{name}=$d{count}", "apples=12", res), res.name, res.count)
print(sip.compile("($x1$,$s$y$)") ~= nil, sip.match("$q{s} $f{n}", "'quoted text' -1.5", res), res.s, res.n)
for kind, value in lexer.lua('for i=1,10 do print("a\\n", 0x1F, [[long]]) -- remark\nend') do io.write(kind, ":", tostring(value), " ") end
print()
for kind, value in lexer.scan('x = "str" + 1.5e3 .. y') do io.write(kind, ":", tostring(value), " ") end
print(select(2, lexer.expecting(lexer.scan("name"), "iden")))

print(pretty.write({ 1, { 2 }, x = { y = "z" }, ["a b"] = true }))
print(pretty.read("{1, x = {2}, 'a'}").x[1], pretty.read("{os.exit()}"), pretty.load("y = 2", {}).y, pretty.number(123456789, "M"), pretty.number(1234567, "T"))
print(pcall(pretty.read, "{ while true do end }"))
local t = {}
t.t = t
print((pretty.write(t):gsub("%s+", " ")))

local d = data.read(stringio.open("name,age,town\nAda,36,London\nAlan,41,\"Wilmslow, Cheshire\"\n"))
print(d.fieldnames, #d, d[1].age or d[1][2], d:column_by_name("age"))
for name in d:select("name where age > 40") do print(name) end
local doc = xml.parse("<a x='1'><b>text &amp; more</b><b/><!-- no --></a>")
print(doc, doc.attr.x, doc:child_with_name("b"):get_text(), #doc:get_elements_with_name("b"))
print(xml.tostring(doc, "", "  "), xml.elem("p", { class = "c", "hi", xml.elem("q") }))
print(pretty.write(doc:match([[<a x='$x'><b>$t</b></a>]]) or {}, ""))

local args = lapp([[
  Tests something.
    -v,--verbose            more words
    -n,--number (default 3) how many
    -o,--output (string default "out")
    --range (1..10 default 2)
    <name> (string)
    <others...> (default none)
]], { "-v", "--number", "7", "Ada", "x", "y" })
print(args.verbose, args.number, args.output, args.range, args.name, #args.others)

local f = stringio.create()
f:write("one\n", 2, "\n")
f:writef("%03d\n", 7)
print(f:value(), stringio.open("12 abc\nrest"):read("*n", "*l", "*a"))
print(select("#", input.fields({ 1, 3 }, " ", stringio.open("1 2 3\n"))()), url.quote("a b/ä"), url.unquote("a%20b"))
print(pretty.write(config.read(stringio.open("# c\nname = x\n[s]\nlist = 1,2,3\n")), ""))
print(luabalanced.match_expression("a + (b * 2) ; rest", 1), luabalanced.match_string("[[x]] y", 1))

local day = Date { year = 2024, month = 2, day = 28, hour = 12 }
print(day:year(), day:last_day(), day:weekday_name(), day:add { day = 2 }:month(), Date.Format("yyyy-mm-dd"):tostring(day))
print(Date.Format():parse("2023-12-31"):yday(), day > Date { year = 2020 }, day:diff(Date { year = 2024, month = 2, day = 28, hour = 12 }))
print(utils.choose(true, 1, 2), utils.quote_arg("it's"), utils.splitv("a:b", ":"))
print(utils.escape("a.b"), utils.pack(1, nil).n, utils.memoize(string.upper)("x"))
print(pcall(utils.assert_arg, 1, 5, "string"))
