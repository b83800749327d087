%% A timer whose receiver has ended: Erlang's is cancelled by that end, here it runs on and its
%% message is dropped.
-module('timer-to-the-dead').
-export([main/0]).
-import(trace, [differs/2, down/1]).

main() ->
    {P, Ref} = spawn_monitor(fun() -> receive 'end' -> ok end end),
    Timer = erlang:send_after(60000, P, never),
    P ! 'end',
    down(Ref),
    timer:sleep(20),
    differs("cancelling it answers with a time", erlang:cancel_timer(Timer) =/= false).
