-- lua: same
-- os and io on temporary files.

local name = os.tmpname()
local function show(...)               -- one line, whatever is in the strings
  local t = table.pack(...)
  for i = 1, t.n do t[i] = tostring(t[i]):gsub("\n", "/") end
  print(table.concat(t, "|") .. ".")
end
local f = assert(io.open(name, "w"))
print(io.type(f), io.type(io.stdout), io.type(42))  --> file	file	nil
print(f:write("line one\n", 2, " ", 3.5, "\nlast") == f)  --> true
print(f:close(), io.type(f))      --> true	closed file
print(pcall(f.write, f, "x"))     --> false	attempt to use a closed file

for l in io.lines(name) do io.write("[", l, "]") end
print()                           --> [line one][2 3.5][last]
for l in io.lines(name, "L") do show(l) end
--> line one/.
--> 2 3.5/.
--> last.
f = io.open(name)
show(f:read("l"), f:read("n"), f:read("n"), f:read("L"), f:read("a"), f:read("a"), f:read("l"))
--> line one|2|3.5|/|last||nil.
show(f:seek("set", 5), f:read(3), f:seek("cur"), f:seek("end"), f:read(1), f:read(0))
--> 5|one|8|19|nil|nil.
f:seek("set"); show(f:read(4, 5, "l"))  --> line| one/|2 3.5.
f:seek("set"); print(f:read("a"):len(), f:read(0))  --> 19	nil
f:close()
f = io.open(name, "a"); f:write("\nappended"); f:close()
f = io.open(name, "r+"); f:write("LINE"); f:seek("set"); print(f:read("l")); f:close()  --> LINE one
f = io.open(name, "rb"); print(#f:read("a")); f:close()  --> 28
print(io.open("/nonexistent/file"))  --> nil	/nonexistent/file: No such file or directory	2
print(pcall(io.open, name, "bad mode") == false)  --> true
print(pcall(io.lines, "/nonexistent/file") == false)  --> true
f = io.open(name, "w"); f:setvbuf("full", 1024)
f:write("0x1F -7 1e2 .5 nan 12abc\n99"); f:close()
f = io.open(name)
print(f:read("n", "n", "n", "n", "n"))  --> 31	-7	100.0	0.5	nil
print(f:read("l"))                --> nan 12abc
print(f:read("n"), f:read("n"))   --> 99	nil
f:close()
do local c <close> = io.open(name); f = c end
print(io.type(f), tostring(f))    --> closed file	file (closed)
io.output(name); io.write("via default"); io.close(); io.output(io.stdout)
io.input(name); print(io.read("a")); io.close(io.input()); io.input(io.stdin)  --> via default
print(os.rename(name, name .. "2"), os.remove(name .. "2"), (os.remove(name .. "2")))  --> true	true	nil

print(type(os.time()), os.time({year = 2000, month = 1, day = 1, hour = 12}) - os.time({year = 1999, month = 12, day = 31, hour = 12}))
--> number	86400
print(os.date("!%Y-%m-%d %H:%M:%S", 0), os.date("!*t", 86400).day, os.date("!%j %a %b", 0))
--> 1970-01-01 00:00:00	2	001 Thu Jan
local d = os.date("*t", os.time({year = 2024, month = 2, day = 30, hour = 12}))
print(d.year, d.month, d.day, d.hour, d.isdst ~= nil)  --> 2024	3	1	12	true
print(os.getenv("NO_SUCH_VARIABLE_HERE"), type(os.getenv("PATH")), os.clock() >= 0, os.difftime(5, 3))
--> nil	string	true	2.0
print(pcall(os.date, "%Ez", 0) == false, pcall(os.time, {year = 2000}) == false)  --> true	true
