-- lua: same
-- goto, labels and nested blocks.

for i = 1, 3 do
  for j = 1, 3 do
    if j == 2 then goto continue end
    print(i, j)
    --> 1	1
    --> 1	3
    --> 2	1
    --> 2	3
    --> 3	1
    --> 3	3
    ::continue::
  end
end

local i = 1
::top::
if i <= 3 then
  io.write(i, " ")
  i = i + 1
  goto top
end
print("end")                      --> 1 2 3 end

do
  goto out
  print("never")
end
::out::
print("out")                      --> out

-- The same label in two blocks.
do ::a:: end
do ::a:: end

-- A label at the end of a block is outside the scope of its locals.
do
  goto done
  local x
  ::done::
end

print(load("goto nowhere"))
--> nil	[string "goto nowhere"]:1: no visible label 'nowhere' for <goto> at line 1
print(load("do ::inner:: end goto inner"))
--> nil	[string "do ::inner:: end goto inner"]:1: no visible label 'inner' for <goto> at line 1
print((load("goto l; local a; ::l:: print(a)")))  --> nil
print((load("::l:: ::l::")))      --> nil
print((load("break")))            --> nil
