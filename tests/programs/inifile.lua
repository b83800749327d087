-- needs: lua-inifile
-- A file of sections and keys, read, changed and written.
local ini = require("inifile")
local text = "; a remark\n[first]\nname = value with spaces\nnumber=42\nyes = true\nno=false\n\n[second part]\npath=/a/b;c\nempty=\n"
local t = ini.parse(text, "memory")
print(t.first.name, t.first.number, math.type(t.first.number), t.first.yes, t.first.no)
print(t["second part"].path, t["second part"].empty)
t.first.number = 43
print((ini.save and ini.save("x", t, "memory")))
local name = os.tmpname()
local f = assert(io.open(name, "w"))
f:write("[plain]\nkey=value\nn=7\noff=false\n")
f:close()
local back = ini.parse(name)
print(back.plain.key, back.plain.n, back.plain.off)
os.remove(name)
print(pcall(ini.parse, "no/such/file") == false)
