-- A process that needs more than its limit ends; pcall does not help, and the
-- others go on.
local function reason_of(f, bytes)
  local p, ref = spawn({monitor = true, memory = bytes or 1000000}, f)
  receive
    case {"DOWN", ^ref, reason = r} then return r
  end
end
local function ends(f, bytes)
  local r = reason_of(f, bytes)
  return type(r) == "table" and r[1] .. " " .. tostring(r[2]) or r
end
print(ends(function() local t = {} for i = 1, 1000000000 do t[i] = i end end))     --> limit memory
print(ends(function() pcall(function() local t = {} while true do t = {t} end end) end))   --> limit memory
print(ends(function() local t = {} for i = 1, 1000 do t[i % 10] = {i} end end))    --> normal

-- What a built-in asks for is counted before it is given.
print(ends(function() local s = "x" while true do s = s .. s end end))             --> limit memory
print(ends(function() pcall(string.rep, "x", 1000001) end))                        --> limit memory
print(ends(function() pcall(string.rep, "x", 500000, "yz") end))                   --> limit memory
print(ends(function() pcall(string.gsub, ("x"):rep(10000), "", ("y"):rep(200)) end))   --> limit memory
print(ends(function() local s = ("x"):rep(200000) pcall(table.concat, {s, s, s, s, s}) end))   --> limit memory
print(ends(function() local s = ("x"):rep(300000) pcall(string.format, "%s%s%s", s, s, s) end))   --> limit memory
print(ends(function() pcall(string.pack, "c1000000", "") end))                     --> limit memory
-- What is too large for any process is an error, as in stock Lua, and so is a
-- stack overflow.
print(ends(function() return pcall(string.rep, "x", 1 << 62) end))                 --> normal
print(ends(function() print(pcall(string.rep, "x", 1 << 62)) end))
--> false	resulting string too large
print(ends(function() local function f() return 1 + f() end print(select(2, pcall(f)):match("stack overflow")) end))
--> normal
--> stack overflow
--> normal

-- Long strings and code count, garbage does not; more mail than fits its share is refused (mailbox-memory.lua).
print(ends(function() local t = {} for i = 1, 200 do t[i] = ("x"):rep(10000) end end))     --> limit memory
print(ends(function() local t = {} for i = 1, 100000 do t[i] = load("return " .. i) end end))  --> limit memory
print(ends(function() for i = 1, 200 do self() ! ("x"):rep(10000) end sleep(0) end))   --> normal
print(ends(function() for i = 1, 1000 do local s = ("x"):rep(10000) end end))      --> normal
print(ends(function() for i = 1, 30000 do local t = {i, {}} end end))              --> normal
print(ends(function() local t = {} for i = 1, 1000 do t[i] = {} end for i = 1, 30000 do t[i % 1000] = {} end end))
--> normal
-- What was received counts once.
print(ends(function()
  for i = 1, 500 do
    for j = 1, 10 do self() ! ("x"):rep(10000) end
    for j = 1, 10 do receive case s then end end
  end
end))                                                                              --> normal

-- The reason tells how much, and where.
local r = reason_of(function()
  local keep = {}
  while true do
    keep[#keep + 1] = {}
  end
end, 300000)
print(r[1], r[2], r.limit, r.used > 300000 and r.used < 700000, r.at:match("[^/]*$"))
--> limit	memory	300000	true	memory-limit.lua:55
--| memory-limit.lua:55: the limit of memory is reached: 
