%% Sending to a name reaches who has it then; to a name that nobody has is an error, to the dead is none.
-module('send-name').
-export([main/0]).
-import(trace, [say/2, next/0, gone/1, fails/1, quiet/1]).

main() ->
    Me = self(),
    A = spawn(fun() -> echo(Me, a) end),
    B = spawn(fun() -> echo(Me, b) end),
    register(server, A),
    server ! 1,
    say("got", next()),
    unregister(server),
    say("send to nobody", fails(fun() -> server ! 2 end)),
    register(server, B),
    server ! 3,
    say("got", next()),
    exit(B, kill),
    gone(B),
    say("send to nobody", fails(fun() -> server ! 4 end)),
    say("send to the dead", fails(fun() -> B ! 5 end)),
    say("send to what is no address", fails(fun() -> id(42) ! 6 end)),
    A ! 7,
    say("got", next()),
    quiet("then").

echo(To, Who) ->
    receive M -> To ! {Who, M} end,
    echo(To, Who).

id(X) -> X.
