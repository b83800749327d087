-- needs: lua-dkjson
-- JSON written and read: order of keys, null, numbers, errors, metatables.
local json = require("dkjson")
print(json.version)

local order = { "name", "list", "deep", "nothing", "yes", "number" }
local t = {
  name = 'a "quoted" \\ name\n\t\0\1\127 \u{e9}\u{2028}', list = { 1, 2.5, -0.0, 1e100, 2^53, 1/3 },
  deep = { { { {} } } }, nothing = json.null, yes = true, number = -17,
}
print(json.encode(t, { keyorder = order }))
print(json.encode(t, { keyorder = order, indent = true }))
print(json.encode(t, { keyorder = order, indent = true, level = 2 }))
print(json.encode({ 0/0, 1/0, -1/0 }), json.encode({}), json.encode(setmetatable({}, { __jsontype = "object" })))
print(json.encode(setmetatable({}, { __jsontype = "array" })), json.encode({ n = 3, 1, nil, 3 }))
print(json.encode(setmetatable({ 1 }, { __tojson = function() return '"made by hand"' end })))
print(json.quotestring("tab\t and \u{1f600}"))

local loop = {}
loop.loop = loop
print(pcall(json.encode, loop))
print(pcall(json.encode, { print = print }))
print(json.encode({ f = print, g = 1 }, { keyorder = { "f", "g" },
  exception = function(reason, value) return json.encodeexception(reason, type(value), { buffer = {} }, "?") end }))

local function show(v, indent)
  if v == json.null then return "null" end
  if type(v) ~= "table" then return math.type(v) or type(v), tostring(v) end
  local keys = {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, k in ipairs(keys) do print(indent .. tostring(k), show(v[k], indent .. "  ")) end
  return getmetatable(v) and getmetatable(v).__jsontype or "table"
end

print(show(json.decode('{"a":[1,2,{"b":null}],"c":"\\u00e9\\ud83d\\ude00\\n\\/","d":1.5e3,"e":-0,"f":12345678901234567890}'), ""))
print(show(json.decode('[null, true, false, "", /* a remark */ 1 // another\n]', 1, json.null), ""))
for _, text in ipairs { "", "{", "[1,", '{"a" 1}', "[1 2]", "nul", '"open', "[1]x", "{a:1}", "[01]" } do
  local v, pos, message = json.decode(text)
  print(type(v), pos, message)
end
print(select(2, json.decode("  [1]  rest", 1)))

-- Back and forth, and deep.
local text = json.encode(t, { keyorder = order })
print(json.encode(json.decode(text, 1, json.null), { keyorder = order }) == text)
local deep = ("["):rep(150) .. ("]"):rep(150)
print(json.encode((json.decode(deep))) == deep)
