%% What was sent to a process before counts when one asks whether it lives.
-module('alive').
-export([main/0]).
-import(trace, [say/2, fails/1, idle/0]).

main() ->
    P = spawn(fun trace:idle/0),
    say("lives", is_process_alive(P)),
    exit(P, normal),
    say("lives after normal", is_process_alive(P)),
    exit(P, kill),
    say("lives after kill", is_process_alive(P)),
    say("oneself", is_process_alive(self())),
    Q = spawn(fun() -> process_flag(trap_exit, true), idle() end),
    trapping(Q),
    exit(Q, bad),
    say("trapping", is_process_alive(Q)),
    exit(Q, kill),
    say("trapping after kill", is_process_alive(Q)),
    say("no pid", fails(fun() -> is_process_alive(id(42)) end)).

trapping(P) ->
    case process_info(P, trap_exit) of
        {trap_exit, true} -> ok;
        _ -> timer:sleep(1), trapping(P)
    end.

id(X) -> X.
