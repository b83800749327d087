%% Exit signals and messages of one sender arrive in the order sent.
-module('order-signals-and-messages').
-export([main/0]).
-import(trace, [say/2, next/0, down/1, quiet/1, idle/0]).

main() ->
    Me = self(),
    P = spawn(fun() ->
        process_flag(trap_exit, true),
        Me ! ready,
        receive go -> ok end,
        [receive
             {'EXIT', Me, R} -> Me ! {exit, R};
             M -> Me ! {message, M}
         end || _ <- lists:seq(1, 4)]
    end),
    next(),
    P ! one,
    exit(P, two),
    P ! three,
    exit(P, normal),
    P ! go,
    [say("p got", next()) || _ <- lists:seq(1, 4)],
    {Q, Ref} = spawn_monitor(fun() -> receive first -> Me ! 'first read' end, idle() end),
    Q ! first,
    say("q", next()),
    exit(Q, stop),
    Q ! first,
    say("q ended", down(Ref)),
    quiet("then").
