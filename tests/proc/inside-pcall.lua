-- receive in pcall and xpcall, also nested, also in a message handler.
local me = self()
local echo = spawn(function()
  while true do receive case {from, x} then sleep(1) from ! {"echo", x} end end
end)
local function ask(x)
  echo ! {me, x}
  receive case {"echo", v} then return v end
end
print(pcall(ask, 1))               --> true	1
print(pcall(pcall, ask, 2))        --> true	true	2
print(pcall(function() local v = ask("oops"); error(v, 0) end))    --> false	oops
print(xpcall(function() error("e", 0) end, function(m) return ask("handled " .. m) end))   --> false	handled e
print(xpcall(ask, print, "through xpcall"))        --> true	through xpcall
print(select(2, pcall(function()
  receive case "never" then after 5 then error("timeout", 0) end
end)))                             --> timeout
print(pcall(receive, 5))           --> true	nil	timeout
