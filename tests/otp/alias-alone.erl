%% An alias without a monitor, until it is taken back or, with "reply", until the first message.
-module('alias-alone').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, down/1, ends/1, fails/1, set/1, quiet/1]).

main() ->
    Me = self(),
    Ref = role(ref, alias()),
    {monitors, M} = process_info(self(), monitors),
    say("monitors", set(M)),
    Ref ! 1,
    Ref ! 2,
    say("got", next()),
    say("got", next()),
    say("unalias", unalias(Ref)),
    say("again", unalias(Ref)),
    Ref ! 3,
    quiet("then"),
    Once = alias([reply]),
    Once ! 1,
    Once ! 2,
    say("got", next()),
    quiet("then"),
    say("unalias", unalias(Once)),
    say("a ref that is none", unalias(make_ref())),
    Second = alias(),
    say("another", ends(fun() -> exit({unalias(Second)}) end)),
    Second ! still,
    say("got", next()),
    P = spawn(fun() ->
        [receive {say, R, X} -> R ! X, Me ! said end || _ <- [1, 2]]
    end),
    P ! {say, Second, early},
    say("got", next()),
    say("p", next()),
    say("unalias", unalias(Second)),
    P ! {say, Second, late},
    say("p", next()),
    quiet("then"),
    {_, Qref} = spawn_monitor(fun() -> Me ! {alias, alias()} end),
    {alias, A} = next(),
    down(Qref),
    say("to an alias of the dead", fails(fun() -> A ! x end)),
    quiet("then").
