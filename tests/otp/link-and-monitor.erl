%% Links and monitors do not know of each other: either can be taken back alone.
-module('link-and-monitor').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, quiet/1]).

main() ->
    process_flag(trap_exit, true),
    P = role(p, spawn_link(fun trace:idle/0)),
    role(ref, monitor(process, P)),
    unlink(P),
    exit(P, bad),
    say("without the link", next()),
    quiet("then"),
    Q = role(p, spawn_link(fun trace:idle/0)),
    Ref = monitor(process, Q),
    demonitor(Ref, [flush]),
    exit(Q, bad),
    say("without the monitor", next()),
    quiet("then").
