-- needs: lua-messagepack
-- Values packed to bytes and back.
package.path = package.path .. ";/usr/share/lua/5.3/?.lua;/usr/share/lua/5.3/?/init.lua;/usr/share/lua/5.2/?.lua;/usr/share/lua/5.2/?/init.lua"
local mp = require("MessagePack")
local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
for _, v in ipairs { 0, 1, 127, 128, 255, 256, 65535, 65536, 2^31 | 0, math.maxinteger, -1, -32, -33, -128, -129, -32769, math.mininteger,
    1.5, -0.1, 1e300, "", "text", ("x"):rep(40), true, false } do
  local packed = mp.pack(v)
  print(hex(packed):sub(1, 40), #packed, mp.unpack(packed) == v, math.type(mp.unpack(packed)))
end
for n = 0, 70000, 14000 do print(#mp.pack(("y"):rep(n)), #mp.unpack(mp.pack(("y"):rep(n)))) end
print(hex(mp.pack({ 1, 2, { "a" } })), hex(mp.pack({ key = 1 })), hex(mp.pack({})), hex(mp.pack(nil)))
local big = {}
for i = 1, 20 do big[i] = i * 100 end
print(table.concat(mp.unpack(mp.pack(big)), " "))
print(hex(mp.pack(0/0)), hex(mp.pack(1/0)))
local bytes = mp.pack(1) .. mp.pack("two") .. mp.pack({ 3 })
for _, v in mp.unpacker(bytes) do print(type(v) == "table" and v[1] or v) end
print(pcall(mp.unpack, "\x93\1") == false, pcall(mp.unpack, "") == false, pcall(mp.pack, print) == false)
mp.set_number("float")
print(hex(mp.pack(1.5)))
mp.set_string("binary")
print(hex(mp.pack("ab")))
mp.set_array("with_hole")
print(hex(mp.pack({ 1, nil, 3 })))
