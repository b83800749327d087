%% A timer to a name finds who has it when the time has come; nobody: the message is lost.
-module('timer-to-name').
-export([main/0]).
-import(trace, [say/2, next/0, quiet/1]).

main() ->
    Me = self(),
    A = spawn(fun() -> echo(Me, a) end),
    B = spawn(fun() -> echo(Me, b) end),
    register(target, A),
    erlang:send_after(30, target, tick),
    unregister(target),
    register(target, B),
    say("got", next()),
    erlang:send_after(1, nobody, tick),
    quiet("to nobody"),
    erlang:send_after(30, later, tick),
    register(later, Me),
    say("got", next()).

echo(To, Who) ->
    receive M -> To ! {Who, M} end,
    echo(To, Who).
