-- args: first "second one" -3
-- A script gets its arguments in `arg` and in `...`.
print(#arg, arg[1], arg[2], arg[3])    --> 3	first	second one	-3
print(arg[0]:match("[^/]+$"))      --> arg.lua
print(...)                         --> first	second one	-3
