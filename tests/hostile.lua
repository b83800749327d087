-- tests/hostile.lua - processes that mean harm, each in a sandbox of its own,
-- for tests/proc/hostile.lua and bench/promises/hostile.lua.
--
-- A list of {source, limits it may end by}. None ends in any other way: what an
-- error could end is done again. `...` is a process that reads nothing.

local bombs = {
  {"local t = {} while true do t = {t} end", "memory"},
  {"local t = {} while true do t[#t + 1] = #t end", "memory"},
  {"local t, i = {}, 0 while true do i = i + 1 t['k' .. i] = {i} end", "memory"},
  {"local s = 'x' while true do s = s .. s end", "memory"},
  {"while true do pcall(string.rep, 'x', 9000000) end", "memory"},
  {"local t = {} while true do pcall(function() t[#t + 1] = ('x'):rep(100000) end) end", "memory"},
  {"local s = ('x'):rep(100000) while true do pcall(string.gsub, s, '', ('y'):rep(200)) end", "memory"},
  {"local s = ('x'):rep(1000000) while true do pcall(table.concat, {s, s, s, s, s, s, s, s, s}) end", "memory"},
  {"local s = ('x'):rep(3000000) while true do pcall(string.format, '%s%s%s', s, s, s) end", "memory"},
  {"while true do pcall(string.pack, 'c9000000', '') end", "memory"},
  {"local t = {} while true do t[#t + 1] = function() return t end end", "memory"},
  {"local t = {} while true do t[#t + 1] = coroutine.create(print) end", "memory"},
  {"local t = {} while true do t[#t + 1] = load('local x = ' .. #t .. ' return x') end", "memory"},
  {"local t = {} while true do t[#t + 1] = freeze({('x'):rep(10000)}) end", "memory"},
  {"local t = {} while true do t = freeze({t, 1, 2, 3}) end", "memory"},
  {"local mt, t = {__gc = print}, {} while true do t[#t + 1] = setmetatable({}, mt) end", "memory"},
  {"local p = spawn(function() receive case 'never' then end end) while true do monitor(p) end", "memory"},
  {"while true do alias() end", "memory"},
  {"local s, me = ('x'):rep(100000), self() while true do send_after(600000, me, {s .. 'y'}) end", "memory"},
  {"local t = {} for i = 1, 50000 do t[i] = {i} end while true do pcall(send, self(), t) end", "memory reductions"},
  {"local t = {} for i = 1, 30000 do t[i] = {i} end while true do pcall(spawn, function() wait(t) end) end",
   "memory processes"},
  {"local function hoard() local t = {} while true do t[#t + 1] = ('x'):rep(1000) end end spawn(hoard) hoard()", "memory"},
  {"while true do send_after(600000, self(), 1) end", "timers"},
  {"while true do pcall(send_after, 600000, self(), 1) end", "timers"},
  {"while true do pcall(spawn, function() receive case 'never' then end end) end", "processes"},
  {"local function fork() while true do pcall(spawn, fork) end end fork()", "processes reductions memory"},
  {"while true do pcall(io.write, 'spam') end", "output"},
  {"while true do pcall(print, 'spam') end", "output"},
  {"while true do end", "reductions"},
  {"while true do pcall(function() while true do pcall(error) end end) end", "reductions"},
  {"local function f() return 1 + f() end while true do pcall(f) end", "reductions"},
  {"local function f() return pcall(f) end while true do f() end", "reductions memory"},
  {"local function f() return coroutine.wrap(f)() end while true do pcall(f) end", "reductions memory"},
  {"while true do xpcall(error, function() while true do end end) end", "reductions"},
  {"local x <close> = setmetatable({}, {__close = function() while true do end end}) error()", "reductions"},
  {"setmetatable({}, {__gc = function() while true do end end}) while true do collectgarbage() end", "reductions"},
  {"local v = ... while true do v ! {('x'):rep(1000)} end", "reductions"},
  {"local v, s = ..., ('x'):rep(100000) while true do pcall(send, v, {s .. 'y'}) end", "reductions memory"},
  {"local v = ... while true do send_after(0, v, {}) sleep(0) end", "reductions timers"},
  {"while true do self() ! ('x'):rep(10000) end", "reductions"},
  {"local p = spawn(function() receive case 'never' then end end) while true do p ! {{}, {}} end", "reductions"},
  {"local p = spawn(function() while true do receive case m then end end end) while true do p ! {{}, {}} end",
   "reductions"},
  {"table.move({}, 1, math.maxinteger - 1, 2) while true do end", "reductions"},
  {"pcall(string.find, ('a'):rep(28), ('a?'):rep(28) .. ('a'):rep(28)) while true do end", "reductions"},
  {"while true do pcall(table.sort, {3, 1, 2}, function() return true end) end", "reductions"},
  {"while true do pcall(load, ('('):rep(1000)) end", "reductions"},
  {"while true do pcall(os.execute, 'true') pcall(io.open, '/dev/zero') end", "reductions"},
}

local LIMITS = { "memory", "reductions", "processes", "timers", "output" }

-- Whom they flood: it may have as much as they, and works on what it has.
local function victim()
  local n = 0
  while true do
    receive
      case "never" then return
      after 1 then
    end
    local t = {}
    for i = 1, 1000 do t[i] = {i} end
    n = n + #t
  end
end

-- Runs n of them, each step-th of the list, `most` alive at a time. `each` is called with the index of what has
-- ended. Returns how many ended by each limit, a list of wrong ends, and how many messages
-- did not get to their victim, which must be alive.
local function run(n, most, each, step)
  local began, ended, of = 0, 0, {}
  local counts, wrong = {}, {}
  local prey, fate = spawn({sandbox = true, monitor = true, memory = 8 << 20}, victim)
  for _, what in ipairs(LIMITS) do counts[what] = 0 end
  while ended < n do
    while began < n and began - ended < most do
      began = began + 1
      local i = (began - 1) * (step or 1) % #bombs + 1
      local cpu = bombs[i][2]:find("reductions") and 300000 or nil
      local _, ref = spawn({sandbox = true, monitor = true, memory = 8 << 20, reductions = cpu, output = 0},
                           assert(load(bombs[i][1], "=bomb")), prey)
      of[ref] = i
    end
    receive
      case {"DOWN", ^fate, reason = r} then error("the victim has died of " .. tostring(type(r) == "table" and r[2] or r))
      case {"DOWN", ref, reason = r} then
        local i = of[ref]
        of[ref], ended = nil, ended + 1
        local what = type(r) == "table" and r[1] == "limit" and r.limit and r.used > r.limit and r[2] or "?"
        if bombs[i][2]:find(what, 1, true) then
          counts[what] = counts[what] + 1
        else
          wrong[#wrong + 1] = {bombs[i][1], r}
        end
        if each then each(i) end
    end
  end
  local lives = process_info(prey)
  if not lives then error("the victim has died") end
  exit(prey, "kill")
  return counts, wrong, lives.mailbox.dropped
end

return { bombs = bombs, run = run }
