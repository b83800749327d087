-- There are no hooks: setting one is an error, removing it is not.
print(pcall(debug.sethook, print, "l"))             --> false	debug hooks are not supported
print(pcall(debug.sethook, print, "", 100))         --> false	debug hooks are not supported
print(pcall(debug.sethook, coroutine.create(print), print, "c"))    --> false	debug hooks are not supported
print(pcall(debug.sethook, {}, "c"))
--> false	bad argument #1 to 'debug.sethook' (function expected, got table)
print(select("#", debug.sethook()), select("#", debug.sethook(nil)), select("#", debug.sethook(print, "")))
--> 0	0	0
print(debug.gethook(), debug.gethook(coroutine.create(print)))      --> nil	nil
