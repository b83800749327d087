-- waits().why: why each message that is queued was not taken.
local ref, me = make_ref(), self()
local early = 0

local function why(f, ...)
  local p = spawn(f)
  for _, m in ipairs({...}) do p ! m end
  p ! "?"
  repeat sleep(1) local w = waits(p) until w and w.messages == select("#", ...) + 1
  for i, m in ipairs({...}) do
    print((waits(p).why[i]:gsub("#ref%b<>", "REF"):gsub("<0%.%d+>", "PID")))
  end
  exit(p, "kill")
end

why(function()
  receive
    case {"get", from: pid} then
    case {"get", from: pid, {key = k: string}} then
    case "stop" | {"stop"} then
  end
end, {"get", 5}, {"get", me, {key = 1}}, "go")
--> {"get", 5}: line 18 wants a pid at [2]; line 19 wants a pid at [2]; line 20 wants "stop" at [1]
--> {"get", PID, {key = 1}}: line 18 wants nothing at [3]; line 19 wants a string at [3].key; line 20 wants "stop" at [1]
--> "go": line 18 wants a table; line 19 wants a table; line 20 wants "stop" or a table

why(function()
  receive
    case {^ref, n: integer} then
    case {1, 2.5, true, nil} then
    case {} then
  end
end, {make_ref(), 1}, {ref, 1.5}, {1, 2.5, false})
--> {REF, 1}: line 29 wants REF at [1]; line 30 wants 1 at [1]; line 31 wants an empty table
--> {REF, 1.5}: line 29 wants an integer at [2]; line 30 wants 1 at [1]; line 31 wants an empty table
--> {1, 2.5, false}: line 29 wants REF at [1]; line 30 wants true at [3]; line 31 wants an empty table

-- Conditions are not looked into; the alternative that got furthest tells.
why(function()
  receive
    case {"bid", n: number} if n > early then
    case {"a", x: integer, "end"} | {"b", x: integer} then
    case {"c", x} | {x, "c"} if x == 1 then
  end
end, {"bid", -1}, {"a", 1, "no end"}, {"c", 2})
--> {"bid", -1}: line 41 has a condition that says no; line 42 wants "a" or "b" at [1]; line 43 wants "c" at [2]
--> {"a", 1, "no end"}: line 41 wants "bid" at [1]; line 42 wants "end" at [3]; line 43 wants "c" at [2]
--> {"c", 2}: line 41 wants "bid" at [1]; line 42 wants "a" or "b" at [1]; line 43 has a condition that says no

-- Optional parts, rests and defaults are passed by.
why(function()
  receive
    case {"order", n: integer or nil, ...rest} then
    case {id = id or 1, items = {first, ...}} then
  end
end, {"order", "one"}, {id = 2}, {items = {}})
--> {"order", "one"}: line 53 wants an integer at [2]; line 54 wants a table at .items
--> {id = 2}: line 53 wants "order" at [1]; line 54 wants a table at .items
--> {items = {}}: line 53 wants "order" at [1]; line 54 wants something at .items[1]

-- What came before a ref was made is not looked at by a receive that pins it.
local p = spawn(function()
  receive case "later" then end
  local ref = make_ref()
  receive case {"answer", ^ref} | {"no answer", ^ref} then end
end)
p ! {"answer", 1}
p ! "later"
repeat sleep(1) local w = waits(p) until w and w.at:find("waits-why.lua:65", 1, true)
print((waits(p).why[1]:gsub("#ref%b<>", "REF")))
--> {"answer", 1}: line 65 wants REF (ref) at [2]
exit(p, "kill")
