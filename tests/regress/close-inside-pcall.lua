-- coroutine.close leaves every pcall of the coroutine; one went on as if the call had failed.
-- lua: same
local function closing(name, fail)
  return setmetatable({}, {__close = function(_, e)
    print(name, e, pcall(error, "caught"))
    if fail then error(fail, 0) end
  end})
end

local co = coroutine.create(function()
  local a <close> = closing("a")
  print(pcall(function()
    local b <close> = closing("b", "failed")
    print(pcall(function()
      local c <close> = closing("c")
      coroutine.yield(1)
    end))
  end))
end)
print(coroutine.resume(co))              --> true	1
print(coroutine.close(co))
--> c	nil	false	caught
--> b	nil	false	caught
--> a	failed	false	caught
--> false	failed
print(coroutine.status(co))              --> dead

co = coroutine.wrap(function() return pcall(coroutine.yield, 2) end)
print(co(), co())                        --> 2	true
