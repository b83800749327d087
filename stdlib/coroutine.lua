-- coroutine.lua - the part of the coroutine library that makes closures.
local native = ...
local create, wrap_resume = coroutine.create, native.wrap_resume

--- coroutine.wrap(f)
--- Returns a function that resumes a new coroutine with body f each time it is
--- called, and raises its errors.
function coroutine.wrap(...)
  local co = create(...)
  return function(...) return wrap_resume(co, ...) end
end
