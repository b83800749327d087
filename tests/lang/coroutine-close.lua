-- lua: same
-- coroutine.close and variables to be closed inside coroutines.

local function closer(name)
  return setmetatable({}, {__close = function(_, e) print("close " .. name, e) end})
end
local co = coroutine.create(function()
  local a <close> = closer("a")
  local b <close> = closer("b")
  coroutine.yield(1)
end)
print(coroutine.resume(co))       --> true	1
print(coroutine.close(co), coroutine.status(co))
--> close b	nil
--> close a	nil
--> true	dead
print(coroutine.close(co))        --> true
print(coroutine.close(coroutine.create(print)))  --> true

-- An error in a close handler is the result of close.
co = coroutine.create(function()
  local x <close> = setmetatable({}, {__close = function() error("in close", 0) end})
  coroutine.yield()
end)
coroutine.resume(co)
print(coroutine.close(co))        --> false	in close

-- After an error, the coroutine is dead; its variables are closed by close.
co = coroutine.create(function()
  local x <close> = closer("x")
  error("boom", 0)
end)
print(coroutine.resume(co))       --> false	boom
print(coroutine.status(co))       --> dead
print(coroutine.close(co))
--> close x	boom
--> false	boom

-- wrap closes at an error by itself.
local w = coroutine.wrap(function()
  local y <close> = closer("y")
  error("bang", 0)
end)
print(pcall(w))
--> close y	bang
--> false	bang
local function err(...) print((select(2, pcall(...)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(coroutine.close, coroutine.running())  --> cannot close a running coroutine
-- yield inside a close handler.
co = coroutine.wrap(function()
  do local z <close> = setmetatable({}, {__close = function() coroutine.yield("yield in close") end}) end
  return "after"
end)
print(co())                       --> yield in close
print(co())                       --> after
