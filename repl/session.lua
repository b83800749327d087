-- session.lua - the evaluator's half of the prompt.
--
-- It runs as one process with ML_PROMPT. Everything that can go wrong ends up
-- at the one pcall of its outermost loop, so its globals survive: they are the
-- variables of the session. Requests carry a ref of its own, so that the rest
-- of the mailbox is the user's.

local load_line, doc, explain, host, tty = ...
local key = make_ref()
local next, select, self, whereis, receive, remove = next, select, self, whereis, receive, table.remove
local write, pcall, xpcall, pairs, ipairs = io.write, pcall, xpcall, pairs, ipairs
local type, tostring, rawget, getmetatable = type, tostring, rawget, getmetatable
local traceback, math_type = debug.traceback, math.type
local concat, sort, unpack = table.concat, table.sort, table.unpack
local processes, process_info, send = processes, process_info, send
local string, load, loadfile, require = string, load, loadfile, require
local WIDTH, LINES, DEPTH, ITEMS = 78, 40, 8, 2000
local busy, rest = false, nil

-- values as text, over several lines where they are wide

local keyword = {}
for w in ([[and break do else elseif end false for function goto if in local nil not or
    repeat return then true until while]]):gmatch('%a+') do keyword[w] = true end

local escapes = {['\n'] = '\\n', ['\t'] = '\\t', ['\r'] = '\\r', ['"'] = '\\"', ['\\'] = '\\\\'}
local function quote(s)
  local cut = ''
  if #s > 2000 then s, cut = s:sub(1, 2000), '... (' .. #s .. ' bytes)' end
  s = s:gsub('[%c"\\]', function(c) return escapes[c] or string.format('\\%03d', c:byte()) end)
  return '"' .. s .. '"' .. cut
end

local function is_name(k)
  return type(k) == 'string' and k:find('^[%a_][%w_]*$') and not keyword[k]
end

local rank = {number = 1, string = 2, boolean = 3}
local function before(a, b)
  local ta, tb = type(a), type(b)
  if ta == tb and (ta == 'number' or ta == 'string') then return a < b end
  local ra, rb = rank[ta] or 9, rank[tb] or 9
  if ra ~= rb then return ra < rb end
  return tostring(a) < tostring(b)
end

local show
local function named(v, mt)
  if type(mt) ~= 'table' then return nil end
  if rawget(mt, '__tostring') then
    local ok, s = pcall(tostring, v)
    return ok and s or '<error in __tostring>'
  end
end

local function show_table(v, indent, depth, state)
  if state.open[v] then return '<cycle>' end
  if next(v) == nil then return '{}' end
  if depth > DEPTH then return '{...}' end
  state.open[v] = true
  local parts, n, inner = {}, 0, indent .. '  '
  local i = 1
  while true do
    local x = rawget(v, i)
    if x == nil then break end
    if state.items <= 0 then break end
    state.items = state.items - 1
    n = n + 1
    parts[n] = show(x, inner, depth + 1, state)
    i = i + 1
  end
  local positions, keys = n, {}
  local total = 0
  for k in next, v do
    total = total + 1
    if not (math_type(k) == 'integer' and k >= 1 and k < i) then
      if #keys < state.items then keys[#keys + 1] = k end
    end
  end
  sort(keys, before)
  for _, k in ipairs(keys) do
    if state.items <= 0 then break end
    state.items = state.items - 1
    n = n + 1
    local name = is_name(k) and k or '[' .. show(k, inner, depth + 1, state) .. ']'
    parts[n] = name .. ' = ' .. show(rawget(v, k), inner, depth + 1, state)
  end
  if n < total then parts[#parts + 1] = '... (' .. total - n .. ' more)' end
  state.open[v] = nil
  local width, multi = #indent + 4, false
  for _, s in ipairs(parts) do
    width = width + #s + 2
    multi = multi or s:find('\n', 1, true)
  end
  if width <= WIDTH and not multi then return '{ ' .. concat(parts, ', ') .. ' }' end
  -- positions fill lines, fields have one each
  local lines, line = {}, nil
  for j, s in ipairs(parts) do
    local fits = line and j <= positions and #inner + #line + 2 + #s < WIDTH and not s:find('\n', 1, true)
    if fits then
      line = line .. ', ' .. s
    else
      if line then lines[#lines + 1] = inner .. line .. ',' end
      line = s
    end
  end
  lines[#lines + 1] = inner .. line
  return '{\n' .. concat(lines, '\n') .. '\n' .. indent .. '}'
end

function show(v, indent, depth, state)
  local t = type(v)
  if t == 'string' then return quote(v) end
  if t ~= 'table' and t ~= 'userdata' then return tostring(v) end
  local mt = getmetatable(v)
  local s = named(v, mt)
  if s then return s end
  if t ~= 'table' then return tostring(v) end
  s = show_table(v, indent, depth, state)
  if type(mt) == 'table' and type(rawget(mt, '__name')) == 'string' then s = mt.__name .. ' ' .. s end
  return s
end

local function pretty(v) return show(v, '', 1, {open = {}, items = ITEMS}) end

-- prints at most LINES lines; :more goes on
local function print_cut(text)
  local at, n = 1, 0
  while n < LINES do
    local eol = text:find('\n', at, true)
    if not eol then at = #text + 1 break end
    at, n = eol + 1, n + 1
  end
  if not tty then at = #text + 1 end
  if at > #text then
    rest = nil
    write(text, text:sub(-1) == '\n' and '' or '\n')
  else
    rest = text:sub(at)
    local _, left = rest:gsub('\n', '\n')
    write(text:sub(1, at - 1), '... ', left + 1, ' more lines, :more shows them\n')
  end
end

-- evaluation

local function handler(e)
  local text
  if type(e) == 'string' then text = explain(e)
  else
    local ok, s = pcall(pretty, e)
    text = ok and s or tostring(e)
  end
  local trace = traceback('', 2)
  local lines = {}
  for line in trace:gmatch('[^\n]+') do
    if line:find('[C]: in function \'xpcall\'', 1, true) or line:find('moonlet session', 1, true) then break end
    if not line:find('^stack traceback') then lines[#lines + 1] = line end
  end
  if lines[1] and lines[1]:find("%[C%]: in function '[ea][rs]%a+'") then remove(lines, 1) end   -- error, assert
  while lines[1] and lines[#lines]:find('^%s*%[C%]: in %?') do lines[#lines] = nil end
  if lines[1] and lines[#lines]:find('^%s*stdin:%d+: in main chunk') then lines[#lines] = nil end
  if #lines > 20 then
    lines = {unpack(lines, 1, 20)}
    lines[21] = '\t...'
  end
  if #lines > 0 then text = text .. '\n' .. concat(lines, '\n') end
  return text
end

local function finish(as_expression, ok, ...)
  if not ok then
    write(tostring((...)), '\n')
    return false
  end
  local n = select('#', ...)
  if not as_expression or n == 0 then return true end
  _ = (...)
  if n == 1 and (...) == nil then return true end
  local parts = {}
  for i = 1, n do parts[i] = pretty((select(i, ...))) end
  local text = concat(parts, '\t')
  if text:find('\n', 1, true) then text = concat(parts, '\n') end
  print_cut(text)
  return true
end

local function evaluate(src)
  local f = load_line('return ' .. src, '=stdin', #'return ')
  if f then return finish(true, xpcall(f, handler)) end
  local why
  f, why = load_line(src, '=stdin')
  if not f then
    write(why, '\n')
    return false
  end
  return finish(true, xpcall(f, handler))
end

-- what the command line asked for
local function run(actions, args)
  for _, a in ipairs(actions) do
    local kind, text, name = a.kind, a.text, a.name
    local f, why
    if kind == 'require' then f = function() _G[name] = require(text) end
    elseif kind == 'warn' then f = function() warn('@on') end
    elseif kind == 'code' then f, why = load(text, name)
    else f, why = loadfile(text) end
    if not f then
      write(why, '\n')
    elseif kind == 'script' then
      finish(false, xpcall(f, handler, unpack(args, 1, args.n)))
    else
      finish(false, xpcall(f, handler))
    end
  end
end

-- commands

local function lookup(path)
  local v = _G
  for name in path:gmatch('[^.:]+') do
    if type(v) == 'string' then v = string end
    if type(v) ~= 'table' and type(v) ~= 'userdata' then return nil end
    local w = type(v) == 'table' and rawget(v, name) or nil
    local mt = getmetatable(v)
    local index = type(mt) == 'table' and rawget(mt, '__index')
    if w == nil and type(index) == 'table' then w = index[name] end
    v = w
  end
  return v
end

local function pad(s, n) s = tostring(s) return s .. (' '):rep(n - #s) end

local function list_processes()
  local lines = {pad('pid', 10) .. pad('name', 16) .. pad('state', 10) .. pad('messages', 10) ..
                 pad('memory', 10) .. 'reductions'}
  for _, p in ipairs(processes()) do
    local i = process_info(p)
    if i and p ~= host then
      lines[#lines + 1] = pad(p, 10) .. pad(p == self() and 'prompt' or i.name or '', 16) ..
        pad(i.status or i.state or '', 10) .. pad(i.messages or '', 10) .. pad(i.memory or '', 10) ..
        tostring(i.reductions or '')
    end
  end
  print_cut(concat(lines, '\n'))
end

local help = [[
An expression is evaluated and its value printed; anything else is run.
Locals of the outermost level stay. _ is the last value. ^C stops what runs,
^D leaves; other processes go on meanwhile.
  :h NAME    what a function does, as in  :h string.rep
  :i         the processes;  :i PID-EXPRESSION  one of them
  :flush     takes and shows the messages that wait for the prompt
  :more      shows the rest of a long value
  :load FILE runs a file, its locals stay its own
  :q         leaves]]

local command = {}
function command.help() print_cut(help) end
function command.more()
  if rest then print_cut(rest) else write('there is no more\n') end
end
function command.h(arg)
  if arg == '' then return command.help() end
  local v = lookup(arg)
  local text = type(v) == 'function' and doc(v)
  if text then write(text, '\n')
  elseif v == nil then write("there is no '", arg, "'\n")
  elseif type(v) == 'function' then write("nothing is written about '", arg, "'\n")
  else write(arg, ' is a ', type(v), '\n') end
end
function command.i(arg)
  if arg == '' then return list_processes() end
  local f, why = load_line('return ' .. arg, '=stdin')
  if not f then return write(why, '\n') end
  local ok, p = pcall(f)
  if ok and type(p) == 'string' then p = whereis(p) end
  if not ok or type(p) ~= 'pid' then return write('that is no process\n') end
  local info = process_info(p)
  write(info and pretty(info) or 'it has ended', '\n')
end
function command.flush()
  while true do
    local m = receive(0)
    if m == nil then return end
    write(pretty(m), '\n')
  end
end
function command.load(arg)
  local f, why = loadfile(arg)
  if not f then return write(why, '\n') end
  finish(true, xpcall(f, handler))
end

-- completion: walks tables without running anything

local function fields(v, last, found, methods, level)
  if type(v) == 'string' then v = string end
  if type(v) == 'table' and level < 10 then
    for k, x in next, v do
      if is_name(k) and k:sub(1, #last) == last and not (methods and type(x) ~= 'function') then found[k] = true end
    end
  end
  local mt = getmetatable(v)
  local index = type(mt) == 'table' and rawget(mt, '__index')
  if type(index) == 'table' and level < 10 then fields(index, last, found, methods, level + 1) end
end

local function complete(text)
  local found, out = {}, {}
  local base, sep, last = text:match('^(.*)([.:])([%w_]*)$')
  if base == '' and sep == ':' then
    for k in pairs(command) do
      if k:sub(1, #last) == last then out[#out + 1] = ':' .. k end
    end
    if ('q'):sub(1, #last) == last then out[#out + 1] = ':q' end
  elseif base then
    fields(lookup(base), last, found, sep == ':', 0)
    for k in pairs(found) do out[#out + 1] = base .. sep .. k end
  else
    fields(_G, text, found, false, 0)
    for k in pairs(keyword) do
      if k:sub(1, #text) == text then found[k] = true end
    end
    for k in pairs(found) do out[#out + 1] = k end
  end
  sort(out)
  return out
end

-- the loop

local function serve()
  while true do
    receive
      case {^key, 'eval', src} then
        busy = true
        evaluate(src)
      case {^key, 'run', {actions, args}} then
        busy = true
        run(actions, args)
      case {^key, 'command', {name, arg}} then
        busy = true
        local f = command[name]
        if f then f(arg) else write("unknown command ':", name, "' (:help lists them)\n") end
      case {^key, 'complete', text} then
        local ok, found = pcall(complete, text)
        send(host, {'candidates', ok and found or {}})
    end
    if busy then
      busy = false
      send(host, {'done'})
    end
  end
end

-- Tells of exit signals that have arrived; true: there were some.
local function report_exits()
  local me, some = self(), false
  while true do
    receive
      case {'EXIT', ^me, reason = _} then
        some = true
        write('exit() ends a process; :q or ^D leaves the prompt\n')
      case {'EXIT', from: pid, reason = r} then
        some = true
        if type(r) == 'table' and r[1] == 'error' then r = r[2] end
        write('[exit signal from ', tostring(from), ': ', type(r) == 'string' and r or pretty(r), ']\n')
      else return some
    end
  end
end

send(host, {'ready', key})
while true do
  local ok, why = pcall(serve)
  if why ~= 'interrupted!' then
    write(tostring(why), '\n')
  elseif not select(2, pcall(report_exits)) and busy then
    write('interrupted\n')
  end
  if busy then
    busy = false
    send(host, {'done'})
  end
end
