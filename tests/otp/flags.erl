%% The priority: old values, what is wrong, and that a child begins with the normal one.
-module('flags').
-export([main/0]).
-import(trace, [say/2, ends/1, fails/1]).

main() ->
    A = process_flag(priority, high),
    B = process_flag(priority, low),
    C = process_flag(priority, low),
    say("answers", {A, B, C}),
    say("of a child", ends(fun() -> exit(process_flag(priority, low)) end)),
    say("wrong value", fails(fun() -> process_flag(priority, id(highest)) end)),
    say("wrong flag", fails(fun() -> process_flag(id('no such flag'), true) end)),
    say("after an error", process_flag(priority, normal)).

id(X) -> X.
