-- lua: same
-- Comments and long brackets of all kinds.

--[[ a
block ]] print("after block comment")  --> after block comment
--[==[ with ]] inside ]==] print("level 2")  --> level 2
---[[ not a block comment
print("still code")               --> still code
--]]
local two = [[one
two]]
print((two:gsub("\n", "/")))      --> one/two
local drop = [==[
first newline dropped
]]]==]
print((drop:gsub("\n", "/")))     --> first newline dropped/]]
local blank = [[

x]]
print(#blank)                     --> 2
print(1 --[[inline]] + 2)         --> 3
local t = { -- comment
  1, -- one
  --[[ none ]]
  2
}
print(#t)                         --> 2
print("--not a comment", '[[not long]]')  --> --not a comment	[[not long]]
local zap = "\x41\z

   B"
print("\a\b\f\v" == "\7\8\12\11", zap)  --> true	AB
