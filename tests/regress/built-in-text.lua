-- lua: same
-- The text of a built-in function has no name in it: "builtin" in
-- tostring(assert) is how programs tell LuaJIT.
print(tostring(assert):match("^function: 0x%x+$") ~= nil)       --> true
print(string.format("%p", print):match("^0x%x+$") ~= nil)       --> true
print(tostring(string.char) ~= tostring(utf8.char))             --> true
print(tostring(print) == tostring(print))                       --> true
