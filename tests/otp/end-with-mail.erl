%% What is in the mailbox at the end is gone; who sent it hears nothing, who watches hears once.
-module('end-with-mail').
-export([main/0]).
-import(trace, [say/2, down/1, quiet/1]).

main() ->
    {P, Ref} = spawn_monitor(fun() -> receive 'end' -> ok end end),
    [P ! {unread, I} || I <- lists:seq(1, 5)],
    P ! 'end',
    say("ended", down(Ref)),
    [P ! {late, I} || I <- lists:seq(1, 5)],
    quiet("then"),
    say("lives", is_process_alive(P)).
