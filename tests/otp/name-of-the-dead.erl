%% Whoever hears of an end finds the name free: after DOWN, and after EXIT.
-module('name-of-the-dead').
-export([main/0]).
-import(trace, [say/2, next/0, fails/1]).

main() ->
    process_flag(trap_exit, true),
    Wrong = [turn(I) || I <- lists:seq(1, 30)],
    say("found", length([found || {X, _} <- Wrong, X =/= undefined])),
    say("sent", length([sent || {_, ok} <- Wrong])),
    register(worker, self()),
    worker ! hello,
    say("got", next()).

turn(I) ->
    F = fun() -> register(worker, self()), receive 'end' -> ok end end,
    {P, Ref} = case I rem 2 of
        0 -> {spawn_link(F), none};
        1 -> spawn_monitor(F)
    end,
    wait(P),
    P ! 'end',
    receive
        {'DOWN', Ref, _, _, _} -> ok;
        {'EXIT', P, _} -> ok
    end,
    {whereis(worker), fails(fun() -> worker ! hello end)}.

wait(P) ->
    case whereis(worker) of
        P -> ok;
        _ -> timer:sleep(1), wait(P)
    end.
