-- lua: same
-- stdin: print("from the prompt")
-- stdin: x = = 1
-- stdin: error("raised")
-- stdin: cont
-- stdin: rest
-- debug.debug reads and executes lines up to `cont`.
print(debug.debug())                                --> from the prompt
--> 
--| (debug command):1: unexpected symbol near '='
--| (debug command):1: raised
print(io.read())                                    --> rest
