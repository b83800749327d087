%% The reasons of an end: a return, exit with any value, an error with any value, a throw nobody caught.
-module('error-reasons').
-export([main/0]).
-import(trace, [say/2, ends/1]).

main() ->
    say("return", ends(fun() -> 'a result' end)),
    say("exit normal", ends(fun() -> exit(normal) end)),
    say("exit shutdown", ends(fun() -> exit(shutdown) end)),
    say("exit tuple", ends(fun() -> exit({shutdown, {why, 1}}) end)),
    say("exit number", ends(fun() -> exit(42) end)),
    say("exit true", ends(fun() -> exit(true) end)),
    say("error text", ends(fun() -> error(boom) end)),
    say("error tuple", ends(fun() -> error({boom, 2}) end)),
    say("error number", ends(fun() -> error(7) end)),
    say("throw", ends(fun() -> throw({thrown}) end)),
    say("error in an error handler", ends(fun() ->
        try error(first) catch _:_ -> exit('by the handler') end
    end)).
