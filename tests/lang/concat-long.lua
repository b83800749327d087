-- Long results of `..` are joined in steps, with the same meaning.
-- lua: same
local a, b = ("a"):rep(100000), ("b"):rep(200000)
local function sum(s)
  return #s .. " " .. s:sub(1, 2) .. s:sub(100000, 100002) .. s:sub(-3)
end
print(sum(a .. b))                     --> 300000 aaabbbbb
print(sum(a .. 17 .. b))               --> 300002 aaa17bbb
print(sum(1.5 .. a .. b .. a .. 2))    --> 400004 1.aaaaa2
local t = setmetatable({}, {__concat = function(x, y)
  return type(x) == "table" and "<" .. y or x .. ">"
end})
print(sum(t .. a .. b))                --> 300001 <aaabbbb
print(sum(a .. b .. t))                --> 300001 aaabbbb>
print(sum(a .. b .. t .. b .. a))      --> 600001 aaabbaaa
print(sum(t .. a .. t .. b .. b))      --> 500002 <aaa<bbb
local co = coroutine.wrap(function(s)
  while true do s = s .. coroutine.yield(s) end
end)
co(a)
co(b)
print(sum(co(a)))                      --> 400000 aaabbaaa
local all = 0
for i = 1, 20 do
  local s = a .. i .. b
  all = all + #(s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s)
end
print(all)                             --> 96000496
print(pcall(function() local x = a .. b .. {} end))
--? false.*attempt to concatenate a table value
