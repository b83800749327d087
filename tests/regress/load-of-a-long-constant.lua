-- The text of load may be a constant of code that was loaded itself: it was
-- taken for a short one when the compiler ran on its own thread.
local long = "-- " .. ("x"):rep(100000) .. "\n"
local outer = assert(load("local text = [==[" .. long .. "return 42]==] return load(text)"))
print(outer()())                                --> 42
print(assert(load("return load(..., [==[=" .. ("n"):rep(500) .. "]==])"))(long .. "return 7")()) --> 7
