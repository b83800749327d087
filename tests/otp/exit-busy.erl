%% A signal ends a process that computes, sleeps, or waits in nested calls; a message does not wake it in vain.
-module('exit-busy').
-export([main/0]).
-import(trace, [say/2, next/0, down/1, quiet/1]).

main() ->
    Me = self(),
    ends(fun busy/0),
    ends(fun() -> deep(200) end),
    ends(fun() -> timer:sleep(100000) end),
    ends(fun() -> catch busy(), Me ! 'went on' end),
    ends(fun() -> receive never -> ok after 100000 -> ok end end),
    quiet("then").

ends(F) ->
    Me = self(),
    {P, Ref} = spawn_monitor(fun() -> Me ! begun, F() end),
    next(),
    exit(P, stop),
    say("ended", down(Ref)).

busy() -> busy().

deep(0) -> trace:idle();
deep(N) -> deep(N - 1), N.
