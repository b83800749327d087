-- writer.lua - how a random program is written: names, scopes, expressions.
--
-- The state is here too: what is known at the place that is being written.
-- Expressions come from grammar.lua; one operand in MISUSE is of a wrong kind.

local grammar = require "grammar"

local rnd, concat = math.random, table.concat
local MISUSE = 25

local w = {
  lines = {}, indent = 0,
  scope = nil,      -- { vars, vararg, loop, yields, pure }
  serial = 0,       -- of names
  cost = 0,         -- of the function so far
  times = 1,        -- how often this place runs
  block = nil,      -- program.lua: writes n statements
}

local function pick(t) return t[rnd(#t)] end
local function one_in(n) return rnd(n) == 1 end

-- forms, cut into texts and kinds

local function parse(form)
  local parts, from = {}, 1
  for a, mark, kind, b in form:gmatch("()%$([!_]?)(%a+)()") do
    local following = form:sub(b, b + 1)
    parts[#parts + 1] = form:sub(from, a - 1)
    parts[#parts + 1] = { kind = kind, mark = mark,
      prefix = following:find("^[%[:(]") or following:find("^%.[^.]") }
    from = b
  end
  parts[#parts + 1] = form:sub(from)
  return { parts = parts, dots = form:find("...", 1, true) }
end

for _, g in pairs(grammar) do
  for i, form in ipairs(g.forms or {}) do g.forms[i] = parse(form) end
  for i, form in ipairs(g.leaves or {}) do g.leaves[i] = parse(form) end
end

local function add(text, ...) w.lines[#w.lines + 1] = (" "):rep(w.indent) .. text:format(...) end

local function put(text) w.lines[#w.lines + 1] = (" "):rep(w.indent) .. text end

local function name(prefix)
  w.serial = w.serial + 1
  return prefix .. w.serial
end

local function declare(var, kind, fixed)
  local vars = w.scope.vars
  vars[#vars + 1] = { name = var, kind = kind, fixed = fixed, cost = 1 }
  return vars[#vars]
end

local function variable(kind, to_assign)
  local found, count = nil, 0
  for i = #w.scope.vars, 1, -1 do
    local v = w.scope.vars[i]
    if v.kind == kind and not (to_assign and v.fixed) then
      count = count + 1
      if one_in(count) then found = v end
      if count > 5 then break end
    end
  end
  return found
end

local expr
local words = { ["nil"] = true, ["true"] = true, ["false"] = true }

-- lua5.4 evaluates v[a < b] wrongly when v is an upvalue: the comparison's jumps are
-- left open while v is fetched
local function key(e)
  return (e:find("[<>]") or e:find("[=~]=")) and e .. " or false" or e
end

local function expand(parsed, depth)
  local parts = parsed.parts
  if #parts == 1 then return parts[1] end
  local t = {}
  for i = 1, #parts do
    local p = parts[i]
    if i % 2 == 1 then
      t[i] = p
    else
      local e = expr(p.kind, p.mark == "_" and 0 or depth - 1, p.mark)
      if parts[i - 1]:find("%[$") and not parts[i - 1]:find("[{ ]%[$") then e = key(e) end
      if p.prefix and (words[e] or not e:find("^[%a_][%w_]*$")) then e = "(" .. e .. ")" end
      t[i] = e
    end
  end
  return concat(t)
end

local function in_form(form)
  if form:sub(1, 1) ~= "$" then return form end
  return expr(form:match("%a+"), 1, form:find("!") and "!" or "")
end

-- what `write` gives, written inside a function without "..."
local function closed(write, ...)
  local outer = w.scope
  w.scope = setmetatable({ vararg = false }, { __index = outer })
  local text = write(...)
  w.scope = outer
  return text
end

local function leaf(kind, g)
  if not one_in(3) then
    local v = variable(kind)
    if v then return v.name end
  end
  local parsed = pick(g.leaves)
  if parsed.dots and not w.scope.vararg then return "nil" end
  return expand(parsed, 0)
end

function expr(kind, depth, mark)
  if w.scope.pure and (kind == "any" or kind == "obj" or kind == "wild") then kind = "plain" end
  local g = grammar[kind]
  if g.make then return g.make(in_form) end
  if mark ~= "!" and kind ~= "any" and kind ~= "wild" and kind ~= "multi" and kind ~= "plain" and kind ~= "callback" and one_in(MISUSE) then
    return leaf(w.scope.pure and "plain" or "any", grammar[w.scope.pure and "plain" or "any"])
  end
  if depth <= 0 or one_in(4) then return leaf(kind, g) end
  if kind == "callback" then return closed(expand, pick(g.forms), depth) end
  local parsed = pick(g.forms)
  if parsed.dots and not w.scope.vararg then return leaf(kind, g) end
  return expand(parsed, depth)
end

local function value(kind) return expr(kind, rnd(3), "") end
local function sure(kind) return expr(kind, rnd(3), "!") end

-- scopes


local function inside(fields, write)
  local outer = w.scope
  w.scope = setmetatable(fields or {}, { __index = outer })
  w.scope.vars = table.move(outer.vars, 1, #outer.vars, 1, {})
  w.indent = w.indent + 1
  write()
  w.indent = w.indent - 1
  w.scope = outer
end

local function body(n) return function() w.block(n or rnd(3)) end end

-- the text between an opening and an ending line, run up to `most` times
local function nest(opening, ending, fields, write, most)
  put(opening)
  local before = w.times
  w.times = w.times * (most or 1)
  inside(fields, write or body())
  w.times = before
  put(ending)
end

-- a function: its cost is counted apart, its labels and loops are not the outer ones
local function func(opening, ending, fields, write)
  local outer_cost, outer_times = w.cost, w.times
  w.cost, w.times = 0, 1
  fields.vararg = fields.vararg or false
  fields.loop = false
  put(opening)
  inside(fields, write or body())
  put(ending)
  local own = w.cost
  w.cost, w.times = outer_cost, outer_times
  return own
end

for name, f in pairs {
  pick = pick, one_in = one_in, add = add, put = put, name = name,
  declare = declare, variable = variable, key = key, expr = expr, closed = closed,
  value = value, sure = sure, inside = inside, body = body, nest = nest,
  func = func,
} do
  w[name] = f
end

return w
