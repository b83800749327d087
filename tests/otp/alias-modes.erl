%% How long the alias of a monitor lives: until the monitor ends, until the first answer, until unalias.
-module('alias-modes').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, set/1, fails/1, quiet/1]).

main() ->
    S = role(s, spawn(fun server/0)),
    A = ask(S, reply_demonitor, 2),
    say("got", next()),
    quiet("then"),
    {monitors, M} = process_info(self(), monitors),
    say("monitors", set(M)),
    say("demonitor", demonitor(A, [info])),
    say("unalias", unalias(A)),
    B = ask(S, demonitor, 2),
    say("got", next()),
    say("got", next()),
    say("demonitor", demonitor(B, [info])),
    S ! {call, B, 1},
    quiet("then"),
    say("unalias", unalias(B)),
    C = ask(S, demonitor, 1),
    say("got", next()),
    say("unalias", unalias(C)),
    S ! {call, C, 1},
    quiet("then"),
    say("demonitor", demonitor(C, [info])),
    D = ask(S, explicit_unalias, 1),
    say("got", next()),
    say("demonitor", demonitor(D, [info])),
    {monitors, Md} = process_info(self(), monitors),
    say("monitors", set(Md)),
    S ! {call, D, 1},
    say("got", next()),
    say("unalias", unalias(D)),
    say("again", unalias(D)),
    S ! {call, D, 1},
    quiet("then"),
    E = ask(S, explicit_unalias, 0),
    F = ask(S, reply_demonitor, 0),
    G = ask(S, demonitor, 0),
    S ! {'end', over},
    [receive {'DOWN', _, _, _, R} -> say("down", R) end || _ <- [1, 2, 3]],
    F ! 'to reply',
    G ! 'to demonitor',
    E ! 'to explicit',
    say("got", next()),
    quiet("then"),
    say("unalias", {unalias(E), unalias(F), unalias(G)}),
    say("unknown mode", fails(fun() -> monitor(process, S, [{alias, id('no such mode')}]) end)).

server() ->
    receive
        {call, Ref, N} -> [Ref ! {Ref, I} || I <- lists:seq(1, N)];
        {'end', Why} -> exit(Why)
    end,
    server().

ask(S, Mode, N) ->
    Ref = role(Mode, monitor(process, S, [{alias, Mode}])),
    S ! {call, Ref, N},
    Ref.

id(X) -> X.
