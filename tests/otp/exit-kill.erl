%% exit(pid, "kill") ends one who traps; its links and monitors hear "killed", which can be trapped.
-module('exit-kill').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, idle/0]).

main() ->
    Me = self(),
    process_flag(trap_exit, true),
    P = role(p, spawn_link(fun() ->
        process_flag(trap_exit, true),
        Me ! ready,
        idle()
    end)),
    next(),
    exit(P, kill),
    say("got", next()),
    {Q, Ref} = spawn_monitor(fun trace:idle/0),
    role(q, Q),
    role(ref, Ref),
    exit(Q, kill),
    say("got", next()),
    A = role(a, spawn(fun trace:idle/0)),
    B = role(b, spawn(fun() -> link(A), Me ! linked, idle() end)),
    next(),
    link(B),
    exit(A, kill),
    say("got", next()),
    C = role(c, spawn(fun() ->
        process_flag(trap_exit, true),
        Me ! ready,
        receive {'EXIT', _, R} -> Me ! {trapped, R} end
    end)),
    next(),
    exit(C, killed),
    say("c", next()).
