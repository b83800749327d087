-- lua: same
-- receive, case, after, as, spawn, send and match are ordinary names wherever
-- Lua 5.4 takes them for names.

local lines = {
  'receive{1,2}',
  'receive(500)',
  'receive"x"',
  'receive[[x]]',
  'receive.x = 1',
  'receive:case(1)',
  'receive, after = 1, 2',
  'receive[1] = 2',
  'x = receive case{1}',
  'local receive case{1}',
  'goto receive ::receive:: case{1}',
  'repeat until receive case{1}',
  'for k in receive do end',
  'while receive do end',
  'if receive then case{1} end',
  'local p = spawn function f() end',
  'match(x) case{1}',
  'case{1} after(5) send"x"',
  'function receive() end function case() end',
  'x = receive\n | {"get"}',
  'x = a\n | {"get"} y = 1',
  'return receive',
}
for _, text in ipairs(lines) do
  local f, message = load(text)
  if not f then print("refused: " .. text, message) end
end
print(#lines)                     --> 22

-- And they mean what they say.
local log = {}
local function note(name) return function(v) log[#log + 1] = name .. tostring(type(v) == "table" and v[1] or v) end end
do
  local receive, case, after, send = note("receive "), note("case "), note("after "), note("send ")
  receive{1, 2}
  receive(500)
  receive"x"
  case{1} after(5) send"y"
  if receive then case{2} end
  local x = receive case{3}
  goto receive ::receive:: case{4}
  repeat until receive case{5}
end
print(table.concat(log, ", "))
--> receive 1, receive 500, receive x, case 1, after 5, send y, case 2, case 3, case 4, case 5
do
  local receive = {case = function(_, n) return "method " .. n end}
  receive.x = 1
  receive[1] = 2
  print(receive.x, receive[1], receive:case(1))  --> 1	2	method 1
  local after
  receive, after = 1, 2
  print(receive, after)           --> 1	2
end
do
  local as, case, after = 1, 2, 3
  as = case + after
  case = as; after = as
  print(as, case, after)          --> 5	5	5
end
local t = {receive = 1, case = 2, after = 3, as = 4, spawn = 5, send = 6}
print(t.receive, t.case, t.after, t.as, t.spawn, t.send)  --> 1	2	3	4	5	6
function t:receive(...) return select("#", ...) end
print(t:receive(1, 2), t.receive(t))  --> 2	0
