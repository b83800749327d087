%% Signals that are messages (EXIT, DOWN) are received selectively as others are.
-module('mailbox-of-signals').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, quiet/1]).

main() ->
    process_flag(trap_exit, true),
    Me = self(),
    P = role(p, spawn_link(fun() -> receive 'end' -> exit('p ended') end end)),
    Ref = role(ref, monitor(process, P)),
    Me ! {'DOWN', 'no ref'},
    P ! 'end',
    receive {'DOWN', Ref, _, _, R1} -> say("down", R1) end,
    receive {'EXIT', P, R2} -> say("exit", R2) end,
    say("left", next()),
    quiet("then").
