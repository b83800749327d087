%% What demonitor answers (Erlang's option info), and what flush takes.
-module('demonitor').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, down/1, gone/1, quiet/1]).

main() ->
    P = spawn(fun() -> receive 'end' -> ok end end),
    Ref = monitor(process, P),
    say("first", demonitor(Ref, [info])),
    say("again", demonitor(Ref, [info])),
    say("a ref that is none", demonitor(make_ref(), [info])),
    P ! 'end',
    quiet("then"),
    {A, Ar} = spawn_monitor(fun() -> ok end),
    Ra = role(ref, monitor(process, A)),
    down(Ar),
    gone(A),
    say("too late", demonitor(Ra, [info])),
    say("so it is there", next()),
    {B, Br} = spawn_monitor(fun() -> ok end),
    Rb = monitor(process, B),
    down(Br),
    gone(B),
    say("flush, too late", demonitor(Rb, [flush, info])),
    quiet("then"),
    C = spawn(fun trace:idle/0),
    Rc = monitor(process, C),
    say("flush in time", demonitor(Rc, [flush, info])),
    exit(C, bad),
    gone(C),
    quiet("then"),
    D = role(q, spawn(fun trace:idle/0)),
    Rd = monitor(process, D),
    role(other, monitor(process, D)),
    demonitor(Rd, [flush]),
    exit(D, bad),
    say("the other", next()),
    quiet("then").
