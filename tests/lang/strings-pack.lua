-- lua: same
-- string.pack, unpack, packsize.

local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
print(hex(string.pack("<i4", 1)), hex(string.pack(">i4", 1)), hex(string.pack("<i2 >i2", -2, -2)))
--> 01000000	00000001	fefffffe
print(hex(string.pack("b B h H", -1, 255, -2, 65535)), hex(string.pack("<I3", 0x010203)))
--> fffffeffffff	030201
print(hex(string.pack("<i16", -1)), hex(string.pack("<j", math.mininteger)))
--> ffffffffffffffffffffffffffffffff	0000000000000080
print(hex(string.pack("z", "hi")), hex(string.pack("s1", "hi")), hex(string.pack("<s2", "hi")), hex(string.pack("c5", "hi")))
--> 686900	026869	02006869	6869000000
print(hex(string.pack("<f", 1.5)), hex(string.pack("<d", -2.25)), hex(string.pack("<n", 0.1)))
--> 0000c03f	00000000000002c0	9a9999999999b93f
print(hex(string.pack("<!4 b i4", 1, 2)), hex(string.pack("<b Xi4 i4", 1, 2)), hex(string.pack("bxb", 1, 2)))
--> 0100000002000000	0102000000	010002
print(string.unpack("<i4", "\1\0\0\0"))  --> 1	5
print(string.unpack("<i2 z s1", "\255\255hi\0\3abcrest"))  --> -1	hi	abc	10
print(string.unpack("<d", string.pack("<d", 0.1)))  --> 0.1	9
print(string.unpack("<I8", "\255\255\255\255\255\255\255\255"))  --> -1	9
print(string.unpack("c2", "abcd", 3), string.unpack("c1", "abcd", -1))  --> cd	d	5
print(string.packsize("<i4 i8 d"), string.packsize("!8 b i8"), string.packsize("c10"))  --> 20	16	10
local function err(...) print((select(2, pcall(...)):gsub("^[^:]+:%d+: ", ""):gsub("'%l+%.(%l+)'", "'%1'"))) end
err(string.pack, "i1", 200)       --> bad argument #2 to 'pack' (integer overflow)
err(string.pack, "I1", -1)        --> bad argument #2 to 'pack' (unsigned overflow)
err(string.pack, "i17", 1)        --> integral size (17) out of limits [1,16]
err(string.pack, "c2", "long")    --> bad argument #2 to 'pack' (string longer than given size)
err(string.pack, "z", "a\0b")     --> bad argument #2 to 'pack' (string contains zeros)
err(string.pack, "q", 1)          --> invalid format option 'q'
err(string.unpack, "<i4", "abc")  --> bad argument #2 to 'unpack' (data string too short)
err(string.unpack, "z", "abc")    --> bad argument #2 to 'unpack' (unfinished string for format 'z')
err(string.unpack, "<i9", ("\255"):rep(8) .. "\1")  --> 9-byte integer does not fit into Lua Integer
err(string.packsize, "s")         --> bad argument #1 to 'packsize' (variable-length format)
err(string.unpack, "c1", "a", 5)  --> bad argument #3 to 'unpack' (initial position out of string)
