%% A link has two ends: whichever ends badly, the other ends with the same reason.
-module('link-both-ways').
-export([main/0]).
-import(trace, [say/2, next/0, down/1]).

main() ->
    pair("a", bad),
    pair("b", bad),
    pair("a", shutdown),
    pair("a", normal),
    pair("b", normal).

linked(To, Me) ->
    link(To),
    Me ! linked,
    receive {'end', Why} -> exit(Why) end.

pair(Who, Why) ->
    Me = self(),
    A = {Pa, _} = spawn_monitor(fun() -> receive {'end', W} -> exit(W) end end),
    B = spawn_monitor(fun() -> linked(Pa, Me) end),
    next(),
    {{First, R1}, {Second, R2}} = case Who of "a" -> {A, B}; "b" -> {B, A} end,
    First ! {'end', Why},
    say(Who ++ " ended", down(R1)),
    case Why of
        normal -> Second ! {'end', 'asked to'};
        _ -> ok
    end,
    say("the other ended", down(R2)).
