%% What was handled while the flag was set is a message and stays one; what comes after it was
%% cleared ends the process.
-module('trap-toggled').
-export([main/0]).
-import(trace, [say/2, next/0, down/1, ends/1, quiet/1, idle/0]).

main() ->
    Me = self(),
    {_, Ar} = toggles(fun() ->
        receive {'EXIT', _, R} -> exit({'a message still', R}) end
    end),
    say("ended", down(Ar)),
    {B, Br} = toggles(fun trace:idle/0),
    exit(B, 'while off'),
    say("ended", down(Br)),
    {C, Cr} = spawn_monitor(fun() ->
        receive on -> process_flag(trap_exit, true), Me ! on end,
        idle()
    end),
    exit(C, before),
    C ! on,
    say("ended", down(Cr)),
    quiet("then"),
    V1 = process_flag(trap_exit, true),
    V2 = process_flag(trap_exit, false),
    V3 = process_flag(trap_exit, false),
    say("answers", {V1, V2, V3}),
    process_flag(trap_exit, true),
    say("of a child", ends(fun() -> exit({process_flag(trap_exit, true)}) end)).

toggles(F) ->
    Me = self(),
    A = {P, _} = spawn_monitor(fun() ->
        process_flag(trap_exit, true),
        Me ! ready,
        receive off -> process_flag(trap_exit, false) end,
        Me ! off,
        F()
    end),
    next(),
    exit(P, 'while on'),
    P ! off,
    say("p", next()),
    A.
