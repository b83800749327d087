%% exit(pid, "normal"): others do not mind, one who traps hears it, oneself ends.
-module('exit-normal').
-export([main/0]).
-import(trace, [say/2, next/0, down/1, ends/1, quiet/1]).

main() ->
    Me = self(),
    {P, Pr} = spawn_monitor(fun trace:idle/0),
    say("exit", exit(P, normal)),
    exit(P, other),
    say("p ended", down(Pr)),
    {Q, Qr} = spawn_monitor(fun() ->
        process_flag(trap_exit, true),
        Me ! ready,
        receive {'EXIT', Me, R} -> Me ! {trapped, R} end
    end),
    next(),
    exit(Q, normal),
    say("q", next()),
    say("q ended", down(Qr)),
    say("one that sends it to itself ended", ends(fun() ->
        exit(self(), normal),
        Me ! 'not reached',
        exit(later)
    end)),
    say("one that traps it ended", ends(fun() ->
        process_flag(trap_exit, true),
        exit(self(), normal),
        receive {'EXIT', From, R} -> exit({trapped, From =:= self(), R}) end
    end)),
    quiet("then").
