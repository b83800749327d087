-- needs: lua-ansicolors lua-basexx lua-binaryheap lua-fifo lua-coxpcall
-- Modules of a few hundred lines.
package.path = package.path .. ";/usr/share/lua/5.3/?.lua;/usr/share/lua/5.3/?/init.lua;/usr/share/lua/5.2/?.lua;/usr/share/lua/5.2/?/init.lua"
local ansicolors, basexx, heap, fifo = require("ansicolors"), require("basexx"), require("binaryheap"), require("fifo")

print((ansicolors("%{red}red%{reset} %{bright underline}both"):gsub("\27", "ESC")))
print((ansicolors.noReset("%{bluebg white}x"):gsub("\27", "ESC")), pcall(ansicolors, "%{nocolour}x") == false)

for _, text in ipairs { "", "f", "fo", "foo", "foob", "fooba", "foobar", "\0\255\128" } do
  print(basexx.to_base64(text), basexx.to_base32(text), basexx.to_hex(text), basexx.to_bit(text), basexx.to_url64(text), basexx.to_crockford(text))
  assert(basexx.from_base64(basexx.to_base64(text)) == text and basexx.from_base32(basexx.to_base32(text)) == text)
end
print(basexx.from_base64("Zm9v\nYmFy", "\n"), basexx.from_base64("Z!"), basexx.to_z85("12345678"))

local h = heap.minUnique()
for i, v in ipairs { 5, 3, 8, 1, 9, 2 } do h:insert(v, "p" .. i) end
print(h:peek(), h:size(), h:valueByPayload("p3"))
h:update("p3", 0)
h:remove("p5")
local out = {}
while h:size() > 0 do
  local payload, value = h:pop()
  out[#out + 1] = payload .. "=" .. value
end
print(table.concat(out, " "))
local m = heap.maxHeap()
for i = 1, 1000 do m:insert(i * 7919 % 1009) end
local last, sorted = math.huge, true
for _ = 1, 1000 do local v = m:pop() sorted, last = sorted and v <= last, v end
print(sorted, m:pop())

local q = fifo(1, 2, 3)
q:push(4)
q:insert(1, 0)
print(#q, q:peek(), q:pop(), q:remove(2), q:length())
for i = 1, #q do io.write(i, "=", q:peek(i), " ") end
print(pcall(function() q.field = 1 end) == false)
q:setempty(function() return "nothing left" end)
for _ = 1, 4 do io.write(tostring(q:pop()), " ") end
print()

local copcall = require("coxpcall")
local co = coroutine.wrap(function()
  print(copcall.pcall(function(...) return coroutine.yield("inside"), ... end, "given"))
  return select(2, copcall.pcall(error, { "thrown" }))[1]
end)
print(co(), co("resumed"))
