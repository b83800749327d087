-- An error may be nil: closing a coroutine that ended with it said that all was well.
-- lua: same
local co = coroutine.create(error)
print(coroutine.resume(co))                                       --> false	nil
print(coroutine.close(co))                                        --> false	nil
print(coroutine.close(co))                                        --> true
print(pcall(coroutine.wrap(error)))                               --> false	nil
local function closed(f)
  local co = coroutine.create(function()
    local x <close> = setmetatable({}, {__close = f})
    coroutine.yield()
  end)
  coroutine.resume(co)
  return coroutine.close(co)
end
print(closed(function() error() end))                             --> false	nil
print(closed(function() pcall(error) end))                        --> true
