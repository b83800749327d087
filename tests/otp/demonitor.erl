%% What demonitor answers (Erlang's option info), and what flush takes.
-module('demonitor').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, gone/1, queued/1, quiet/1]).

main() ->
    P = spawn(fun() -> receive 'end' -> ok end end),
    Ref = monitor(process, P),
    say("first", demonitor(Ref, [info])),
    say("again", demonitor(Ref, [info])),
    say("a ref that is none", demonitor(make_ref(), [info])),
    P ! 'end',
    quiet("then"),
    {A, Ra} = spawn_monitor(fun() -> ok end),
    role(ref, Ra),
    role(q, A),
    queued(1),
    say("too late", demonitor(Ra, [info])),
    say("so it is there", next()),
    {B, Rb} = spawn_monitor(fun() -> ok end),
    role(other, monitor(process, B)),
    role(q, B),
    queued(2),
    say("flush, too late", demonitor(Rb, [flush, info])),
    say("it takes one", element(2, process_info(self(), message_queue_len))),
    next(),
    quiet("then"),
    [one_of_two(I) || I <- [1, 2]],
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

one_of_two(Flushed) ->
    P = spawn(fun() -> receive 'end' -> ok end end),
    Refs = {monitor(process, P), monitor(process, P)},
    P ! 'end',
    queued(2),
    demonitor(element(Flushed, Refs), [flush]),
    say("the other is left", element(2, next()) =:= element(3 - Flushed, Refs)),
    quiet("then").
