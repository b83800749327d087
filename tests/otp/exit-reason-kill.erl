%% A process that ends itself with the reason "kill" sends an ordinary signal: only exit(pid, "kill") kills.
-module('exit-reason-kill').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, quiet/1, idle/0]).

main() ->
    Me = self(),
    process_flag(trap_exit, true),
    role(p, spawn_link(fun() -> exit(kill) end)),
    say("got", next()),
    {Q, Ref} = spawn_monitor(fun() -> exit(kill) end),
    role(q, Q),
    role(ref, Ref),
    say("got", next()),
    A = role(a, spawn(fun() -> receive 'end' -> exit(kill) end end)),
    B = role(b, spawn(fun() -> link(A), Me ! linked, idle() end)),
    next(),
    link(B),
    A ! 'end',
    say("got", next()),
    quiet("then").
