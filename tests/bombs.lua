-- tests/bombs.lua - programs of a line that hang or exhaust others.
--
-- A list of {source, ending, stock = true when it is one of those measured on
-- stock Lua}. Each runs in a process of its own under a limit of memory and
-- must come to this ending:
--
--    normal   it finishes
--    error    an error that pcall could catch
--    limit    {"limit", "memory", ...}, which pcall cannot catch
--    killed   it goes on until it is killed
--
-- N is a size: 1 at full size, less under MOONLET_SCALE.

local N = math.max(1 / tonumber(os.getenv("MOONLET_SCALE") or "1"), 0.01)
local million, large = math.floor(1e6 * N), math.floor(2^24 * N)

local bombs = {
  -- those of stock Lua
  {"while true do end", "killed", stock = true},
  {"local function f() return 1 + f() end f()", "error", stock = true},
  {"local x <close> = setmetatable({}, {__close = function() while true do end end})", "killed", stock = true},
  {"table.concat(setmetatable({}, {__len = function() return 1 << 60 end, __index = function() return 'x' end}))",
   "killed or limit", stock = true},      -- it collects what it joins, for some seconds
  {"('').rep('', 1e18)", "normal", stock = true},
  {"('a'):rep(28):find(('a?'):rep(28) .. ('a'):rep(28))", "killed", stock = true},
  {"('a'):rep(20000):find('.-.-.-b')", "killed", stock = true},
  {"table.move({}, 1, math.maxinteger - 1, 2)", "killed", stock = true},
  {"setmetatable({}, {__gc = function() while true do end end}) collectgarbage()", "killed", stock = true},
  {"('a'):rep(" .. large .. "):gsub('', ('b'):rep(200))", "limit", stock = true},
  {"local s = 'x' for i = 1, 40 do s = s .. s end", "limit", stock = true},
  {"assert(load(('('):rep(" .. million .. ")))", "error", stock = true},
  {"assert(load('return ' .. ('{'):rep(" .. million .. ")))", "error", stock = true},
  {"local function f() return pcall(f) end f()", "error or normal", stock = true},
  {"local function f() return coroutine.wrap(f)() end f()", "error or limit", stock = true},
  {"local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x", "error", stock = true},
  {"table.unpack({}, 1, 7e6)", "error", stock = true},
  {"local t = {} for i = 1, 1000 do t[i] = i % 10 end table.sort(t, function() return true end)", "error", stock = true},
  {"local t, n = {}, 8192 for i = 0, n do t[-(i * (2 * n - 1))] = i end", "normal", stock = true},
  {"local t, n = {}, 16384 for i = 0, n do t[-(i * (2 * n - 1))] = i end", "normal", stock = true},
  {"local t, n = {}, 32768 for i = 0, n do t[-(i * (2 * n - 1))] = i end", "normal", stock = true},

  -- more of the kinds
  {"pcall(function() while true do pcall(error) end end)", "killed"},
  {"while true do pcall(string.rep, 'x', -1) end", "killed"},
  {"goto on ::on:: goto on", "killed"},
  {"for i = 1, math.huge do end", "killed"},
  {"coroutine.wrap(function() while true do end end)()", "killed"},
  {"local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end", "killed"},
  {"repeat receive after 0 then end until false", "killed"},
  {"local t = {} while true do t[#t + 1] = 1 t[#t] = nil end", "killed"},
  {"local t = {} while true do t[#t + 1] = t end", "limit"},
  {"pcall(function() local t = {} while true do t = {t} end end)", "limit"},
  {"local t, i = {}, 0 while true do i = i + 1 t['k' .. i] = i end", "limit"},
  {"local t, i = {}, 0 while true do i = i + 1 t[i + 0.5] = i end", "limit"},
  {"local t = {} while true do t[#t + 1] = ('x'):rep(1000) end", "limit"},
  {"local t = {} while true do t[#t + 1] = function() return t end end", "limit"},
  {"local t = {} while true do t[#t + 1] = coroutine.create(print) end", "limit"},
  {"local t = {} while true do t[#t + 1] = load('return ' .. #t) end", "limit"},
  {"for i = 1, " .. million // 10 .. " do self() ! ('x'):rep(1000) end", "normal"},      -- what has no room is refused
  {"for i = 1, " .. million // 10 .. " do self() ! {{}, {}} end", "normal"},
  {"local s = ('x'):rep(1e10)", "error or limit"},
  {"local s = ('x'):rep(1e8, ', ')", "limit"},
  {"pcall(string.rep, 'x', 1e9)", "limit"},
  {"local t = {} for i = 1, 100 do t[i] = ('x'):rep(1e6) end", "limit"},
  {"local s = ('x'):rep(1e6) local t = {} for i = 1, 1000 do t[i] = s end return table.concat(t)", "limit"},
  {"local s = ('x'):rep(1e6) return s:gsub('x', s)", "limit"},
  {"local s = ('x'):rep(1e6) return (('%s'):rep(100)):format(table.unpack(setmetatable({}, {__index = function() return s end}), 1, 100))",
   "limit"},
  {"local s = ('x'):rep(1e6) return (('z'):rep(100)):pack(table.unpack(setmetatable({}, {__index = function() return s end}), 1, 100))",
   "limit"},
  {"string.pack('!16' .. ('Xi16'):rep(100) .. 'c2000000000', '')", "limit"},
  {"return utf8.char(table.unpack(setmetatable({}, {__index = function() return 65 end}), 1, 1e4))", "normal"},
  {"table.insert(setmetatable({}, {__len = function() return 1 << 40 end}), 1, 0)", "killed"},
  {"table.remove(setmetatable({}, {__len = function() return 1 << 40 end}), 1)", "killed"},
  {"table.sort(setmetatable({}, {__len = function() return 1 << 30 end, __index = function() return 1 end, __newindex = function() end}))",
   "killed or limit"},
  {"local t = {} for i = 1, 1e4 do t[i] = i end table.sort(t, function(a, b) return a ~= b end)", "error or normal"},
  {"('a'):rep(" .. large // 16 .. "):find(('a*'):rep(100) .. 'b')", "killed"},
  {"('x'):rep(100000):match('(.-)(.-)(.-)(.-)%1%2%3%4y')", "killed"},
  {"for _ in ('x'):rep(1e5):gmatch('.-.-.-b') do end", "killed"},
  {"('%b()'):rep(10) return (('('):rep(" .. million // 10 .. ")):find('%b()')", "error or normal"},
  {"('x'):rep(1e5):gsub('.-.-.-b', '')", "killed"},
  {"tostring(setmetatable({}, {__tostring = function() while true do end end}))", "killed"},
  {"local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) return t[1]", "error"},
  {"local t = setmetatable({}, {}) getmetatable(t).__call = t return t()", "error"},
  {"local function f(...) return f(1, ...) end f()", "error or limit or killed"},
  {"local function f(d) if d > 0 then return 1, f(d - 1) end end f(180000)", "normal or error or limit or killed"},
  {"error(setmetatable({}, {__tostring = function() while true do end end}))", "killed"},
  {"xpcall(error, function() error() end)", "normal"},
  {"setmetatable({}, {__gc = function(o) setmetatable(o, getmetatable(o)) end}) while true do collectgarbage() end", "killed"},
  {"local mt = {} mt.__gc = function() setmetatable({}, mt) end setmetatable({}, mt) while true do collectgarbage() end",
   "killed"},
  {"local t = setmetatable({}, {__mode = 'k'}) while true do t[{}] = {t} end", "killed"},
  {"load(function() return 'x = 1 ' end)", "limit"},
  {"load('local a <const> = 1 ' .. ('x = x + a '):rep(" .. million // 4 .. "))", "limit or normal"},
  {"assert(load('return ' .. ('-'):rep(" .. million // 2 .. ") .. '1'))", "error or normal"},
  {"assert(load('x' .. ('.x'):rep(" .. million // 4 .. ")))", "error"},
  {"assert(load('return ' .. ('a .. '):rep(" .. million // 8 .. ") .. 'a'))", "error or normal or limit"},
  {"local t = {} for i = 1, " .. million // 10 .. " do t = {t} end self() ! t return tostring(t)", "normal or limit"},
  {"local t = {} for i = 1, 1e5 do t[i] = i end while next(t) do t[next(t)] = nil end", "normal or killed"},
}

return bombs
