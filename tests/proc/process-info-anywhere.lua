-- Where a process stands, asked while it is in the middle of all kinds of things: it
-- always tells a line of its own program, none of a library, and goes on undisturbed.
local SCALE = tonumber(os.getenv("MOONLET_SCALE") or "1")
local N = math.max(600 // SCALE, 40)

local mt = {
  __add = function(a, b) for _ = 1, 20 do end return 1 end,
  __index = function(t, k) return #k end,
  __lt = function(a, b) return a.n < b.n end,
  __concat = function() return "joined" end,
  __close = function() for _ = 1, 20 do end end,
  __gc = function() for _ = 1, 20 do end end,
}
local function object(n) return setmetatable({n = n}, mt) end

local ways = {
  coroutine = function()
    local co = coroutine.wrap(function(a) for i = 1, 20 do a = coroutine.yield(i) end end)
    for i = 1, 20 do assert(co(i) == i) end
  end,
  nested = function()
    local function deep(n) if n == 0 then return coroutine.yield(7) end return coroutine.wrap(deep)(n - 1) end
    assert(coroutine.wrap(function() return deep(0) end)() == 7)
    assert(coroutine.wrap(deep)(5) == 7)
  end,
  sort = function()
    local t = {}
    for i = 1, 30 do t[i] = object(i * 17 % 31) end
    table.sort(t)
    assert(t[1].n <= t[30].n)
  end,
  gsub = function()
    assert((("abc"):rep(20):gsub("%w", function(c) return c:upper() end)) == ("ABC"):rep(20))
  end,
  metamethods = function()
    assert(object(1) + 1 == 1 and object(1).four == 4 and object(1) .. 2 == "joined")
  end,
  errors = function()
    local ok, e = xpcall(function() local x <close> = object(1) error("thrown", 0) end,
      function(e) for _ = 1, 20 do end return e .. "!" end)
    assert(not ok and e == "thrown!")
  end,
  varargs = function(...)
    local function count(...) for _ = 1, 20 do end return select("#", ...) end
    assert(count(1, nil, nil, ...) == 3)
  end,
  tails = function()
    local function loop(n) if n == 0 then return "over" end return loop(n - 1) end
    assert(loop(50) == "over")
  end,
  iterators = function()
    local n = 0
    for _ in function(s, k) if k < 20 then return k + 1 end end, nil, 0 do n = n + 1 end
    assert(n == 20)
  end,
  garbage = function() for i = 1, 20 do object(i) end collectgarbage() end,
  copies = function()
    local t = {}
    for i = 1, 50 do t[i] = {i, ("x"):rep(i)} end
    self() ! t
    assert(#receive()[50][2] == 50)
  end,
  children = function()
    local p, ref = spawn_monitor(function(t) exit(#t) end, {1, 2, 3})
    receive case {"DOWN", ^ref, reason = r} then assert(r == 3) end
  end,
  texts = function() load("local a = ... return a + 1", "=process-info-anywhere.lua:text")(1) end,
  waiting = function() sleep(0) receive case "never" then after 0 then end end,
}

for name, way in pairs(ways) do
  local p, ref = spawn_monitor(function()
    process_dictionary().way = name
    for i = 1, N do process_dictionary().at = i way() end
    exit("undisturbed")
  end)
  local at = 0
  while true do
    local i = process_info(p)
    if not i then break end
    assert(not i.current or i.current:find("process-info-anywhere.lua:", 1, true), i.current)
    assert(i.state ~= "running" and (i.dictionary.way or name) == name)
    assert((i.dictionary.at or 0) >= at, "it is later than before")
    at = i.dictionary.at or 0
  end
  receive case {"DOWN", ^ref, reason = r} then assert(r == "undisturbed", name .. ": " .. tostring(r)) end
end
