%% What a process sent before its end arrives before the EXIT and the DOWN of it.
-module('order-messages-then-end').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, quiet/1]).

main() ->
    Me = self(),
    process_flag(trap_exit, true),
    role(p, spawn_link(fun() -> Me ! 1, Me ! 2, exit(over) end)),
    [say("linked", next()) || _ <- lists:seq(1, 3)],
    {Q, Ref} = spawn_monitor(fun() -> Me ! 1, Me ! 2, exit(over) end),
    role(q, Q),
    role(ref, Ref),
    [say("watched", next()) || _ <- lists:seq(1, 3)],
    quiet("then").
