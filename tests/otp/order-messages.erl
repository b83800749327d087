%% Messages of one process arrive in the order sent, whatever was received between.
-module('order-messages').
-export([main/0]).
-import(trace, [say/2, next/0, quiet/1]).

main() ->
    Me = self(),
    P = spawn(fun() ->
        [Me ! {n, I} || I <- lists:seq(1, 5)],
        receive more -> ok end,
        [Me ! {n, I} || I <- lists:seq(6, 8)]
    end),
    [say("got", next()) || _ <- lists:seq(1, 5)],
    P ! more,
    [say("got", next()) || _ <- lists:seq(1, 3)],
    quiet("then").
