-- slow
-- Receives of a long mailbox against a plain list: the same messages, the same
-- random patterns; the list is searched from its first message on, each time.
-- What was found, and what is left, must agree.

local me = self()
local seeds = tonumber(os.getenv("MOONLET_SCALE") or "1") > 1 and 8 or 60

local long, other = ("x"):rep(200), ("y"):rep(200)
local literals = { '"a"', '"b"', '"c"', '"d"', "1", "1.0", "2.5", "-0.0", "0", "true", "false",
                   "9007199254740993", '"' .. long .. '"', '"' .. other .. '"' }
local values = {}
for i, s in ipairs(literals) do values[i] = load("return " .. s)() end

-- A process that sends later what it was given, and says when it has.
local helper = spawn(function()
  while true do
    receive
      case {"say", to, m, ref} then to ! m to ! {"said", ref}
      case {"ref", to} then to ! {"ref", make_ref()}
      case "end" then return
    end
  end
end)

local list, refs, downs, pins, nextid, seed, rnd

local function id() nextid = nextid + 1 return nextid end

-- Messages. A copy is kept in the list: a message that is changed in a guard is
-- changed there too.
local function pick(t) return t[rnd(#t)] end

local function fresh()
  local kind, tag = rnd(12), pick(values)
  if kind <= 5 then return function() return { tag, nextid } end end
  if kind == 6 then return function() return tag end end
  if kind == 7 then return function() return { tag, nextid, { "inside" } } end end
  if kind == 8 then return function() return { n = 1, [2] = nextid } end end
  if kind == 9 then return function() local t = { tag, nextid } t[3] = t return t end end
  if kind == 10 then local n = pick { 0 / 0, make_ref(), me, helper } return function() return n end end
  local ref = #refs > 0 and pick(refs) or me
  if kind == 11 then return function() return { ref, nextid } end end
  return function() return { tag, ref, nextid } end
end

local function post(late)
  id()
  local make = fresh()
  list[#list + 1] = make()
  if not late then me ! make() return end
  local ref = make_ref()
  helper ! { "say", me, make(), ref }
  return ref
end

-- Patterns: text for the compiler, and the same as a function of a message.
local function head()
  local n = rnd(6)
  if n <= 4 then
    local i = rnd(#literals)
    return literals[i], function(v) return v == values[i] end
  end
  local v = n == 5 and #refs > 0 and pick(refs) or pick(values)
  pins[#pins + 1] = v
  return "^(P[" .. #pins .. "])", function(x) return x == v end
end

local function alternative(n)
  local text, is = head()
  if n == 1 then
    return text, function(m) if is(m) then return true end end
  elseif n <= 4 then
    return "{" .. text .. ", k, ...}",
           function(m) if type(m) == "table" and is(m[1]) and m[2] ~= nil then return true, m[2] end end
  elseif n == 5 then
    return "{[1] = " .. text .. ", [2] = k: integer}",
           function(m)
             if type(m) == "table" and is(m[1]) and math.type(m[2]) == "integer" then return true, m[2] end
           end
  elseif n == 6 then
    return "{" .. text .. ", k, {'inside'} or {'inside'}, ...}",
           function(m)
             local t = type(m) == "table" and m[3]
             if type(m) == "table" and is(m[1]) and m[2] ~= nil and
                (t == nil or (type(t) == "table" and t[1] == "inside" and t[2] == nil)) then
               return true, m[2]
             end
           end
  end
  local ref = #refs > 0 and pick(refs) or helper
  pins[#pins + 1] = ref
  return "{" .. text .. ", ^(P[" .. #pins .. "]), k}",
         function(m)
           if type(m) == "table" and is(m[1]) and m[2] == ref and m[3] ~= nil and m[4] == nil then
             return true, m[3]
           end
         end
end

-- What guards do: say no by a number, or change the message and say no.
local function whole(k) return type(k) == "number" and math.floor(k) or 0 end
local guards = {
  { "", function() return true end },
  { " if whole(k) % 3 == 0", function(k) return whole(k) % 3 == 0 end },
  { " if whole(k) % 2 == 1", function(k) return whole(k) % 2 == 1 end },
}

local function change(m, tag)
  if type(m) == "table" then m[1] = tag end
  return false
end

local function change_inside(t, tag)
  if t[3] == t then t[1] = tag end
  return false
end

local function clause()
  local n = rnd(7)
  if n == 1 then                        -- a constant alone binds nothing
    local text, is = alternative(1)
    return "case " .. text .. " then return 'const'", function(m) if is(m) then return "const" end end
  end
  local text, is = alternative(n)
  if rnd(4) == 1 then
    local text2, is2 = alternative(n)
    local is1 = is
    text = text .. " | " .. text2
    is = function(m) local ok, k = is1(m) if ok then return ok, k, is2 end return is2(m) end
  end
  local i = rnd(#values)
  if rnd(8) == 1 then
    return "case " .. text .. " as m if change(m, V[" .. i .. "]) then error 'never'",
           function(m)
             local ok, _, again = is(m)
             if ok then change(m, values[i]) end
             if again and again(m) then change(m, values[i]) end
           end
  elseif rnd(8) == 1 then               -- by a table that lies in itself
    return "case {" .. literals[i] .. ", k, t: table} if change_inside(t, V[1]) then error 'never'",
           function(m)
             if type(m) == "table" and m[1] == values[i] and m[2] ~= nil and type(m[3]) == "table" and m[4] == nil then
               change_inside(m[3], values[1])
             end
           end
  end
  local g = pick(guards)
  return "case " .. text .. g[1] .. " then return 'k', k",
         function(m)
           local ok, k = is(m)
           if ok and g[2](k) then return "k", k end
         end
end

-- The list: the first message that some clause takes.
local function expected(tests)
  for i, m in ipairs(list) do
    for _, t in ipairs(tests) do
      local what, k = t(m)
      if what then
        table.remove(list, i)
        return what, k
      end
    end
  end
  return "none"
end

local function ask()
  pins = {}
  local texts, tests = {}, {}
  for i = 1, rnd(3) do texts[i], tests[i] = clause() end
  local ref = rnd(5) == 1 and post(true)
  local wait = pick { "else return 'none'", "after 0 then return 'none'" }
  if ref then                           -- what comes late is looked at before "said"
    pins[#pins + 1] = ref
    texts[#texts + 1] = "case {'said', ^(P[" .. #pins .. "])} then return 'none'"
    wait = ""
  end
  local what, k = expected(tests)
  local text = "local P, V, whole, change, change_inside = ...\nreceive\n" ..
               table.concat(texts, "\n") .. "\n" .. wait .. "\nend"
  local f = assert(load(text))
  local got, j = f(pins, values, whole, change, change_inside)
  if got ~= what or j ~= k then
    error(("seed %d: expected %s %s, got %s %s\n%s"):format(seed, what, k, got, j, text))
  end
  if ref and what ~= "none" then receive case {"said", ^ref} then end end
end

-- receive{tag = f}
local function ask_function()
  local handlers, keys = {}, {}
  for _ = 1, rnd(4) do keys[pick(values)] = true end
  for key in pairs(keys) do handlers[key] = function(k) return "k", k end end
  local what, k = expected { function(m)
    local key = m
    if type(m) == "table" then key = m[1] end
    if key ~= nil and key == key and handlers[key] then return "k", type(m) == "table" and m[2] or nil end
  end }
  local got, j = receive(handlers, 0, function() return "none" end)
  if got ~= what or j ~= k then
    error(("seed %d: function: expected %s %s, got %s %s"):format(seed, what, k, got, j))
  end
end

local ended, gone = spawn_monitor(function() end)
receive case {"DOWN", ^gone} then end

local function down()                   -- arrives at once, and may be flushed
  local ref = monitor(ended)
  if rnd(3) == 1 then demonitor(ref, "flush") return end
  list[#list + 1] = { "DOWN", ref }
  downs[#downs + 1] = ref
end

local function flush()
  local ref = table.remove(downs, rnd(#downs))
  demonitor(ref, "flush")
  for i, m in ipairs(list) do
    if type(m) == "table" and m[1] == "DOWN" and m[2] == ref then table.remove(list, i) break end
  end
end

local function same(a, b)
  if a ~= a then return b ~= b end
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  return same(a[1], b[1]) and a[2] == b[2]
end

local function run()
  math.randomseed(seed)
  rnd = math.random
  list, refs, downs, nextid = {}, {}, {}, 0
  local most = pick { 40, 150, 400 }
  for step = 1, 1500 do
    local n = rnd(20)
    if n <= 9 and #list < most then for _ = 1, rnd(6) do post() end
    elseif n <= 15 then ask()
    elseif n == 16 then ask_function()
    elseif n == 17 then
      if rnd(2) == 1 then refs[rnd(8)] = nil end
      refs = { table.unpack(refs, 1, 6) }
      if rnd(3) > 1 then refs[#refs + 1] = make_ref()
      else helper ! { "ref", me } receive case {"ref", r: ref} then refs[#refs + 1] = r end end
    elseif n == 18 then down()
    elseif n == 19 and #downs > 0 then flush()
    elseif #list > 0 and rnd(10) == 1 then
      for _ = 1, rnd(#list) do              -- the first ones, whatever they are
        local m = receive(0)
        assert(same(table.remove(list, 1), m))
      end
    end
  end
  for i = 1, #list do assert(same(list[i], receive(0)), "not what is left") end
  assert(receive(0) == nil)
end

for i = 1, seeds do seed = i run() end
helper ! "end"
print "agreed"                          --> agreed
