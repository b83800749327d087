%% Of several exit signals the first that is not ignored decides the reason. To the dead: no error.
-module('exit-first-reason').
-export([main/0]).
-import(trace, [say/2, down/1, quiet/1]).

main() ->
    {P, Ref} = spawn_monitor(fun trace:idle/0),
    exit(P, normal),
    exit(P, first),
    exit(P, second),
    exit(P, kill),
    say("ended", down(Ref)),
    say("monitored when dead", down(monitor(process, P))),
    say("exit to the dead", exit(P, late)),
    say("kill to the dead", exit(P, kill)),
    quiet("then").
