%% After unlink has returned no EXIT arrives; one that had arrived is taken by the usual idiom.
-module('unlink-then-end').
-export([main/0]).
-import(trace, [say/2, role/2, gone/1, quiet/1, idle/0]).

main() ->
    process_flag(trap_exit, true),
    P = role(p, spawn_link(fun trace:idle/0)),
    unlink(P),
    exit(P, bad),
    gone(P),
    quiet("then"),
    [race(I) || I <- lists:seq(1, 200)],
    quiet("after 200 races"),
    say("unlink a stranger", unlink(spawn(fun trace:idle/0))),
    say("unlink the dead", unlink(P)),
    quiet("then").

race(I) ->
    Me = self(),
    P = spawn_link(fun() ->
        Me ! begun,
        lists:foldl(fun(_, N) -> N end, 0, lists:seq(1, I * 20)),
        exit(bad)
    end),
    receive begun -> ok end,
    unlink(P),
    receive {'EXIT', P, _} -> ok after 0 -> ok end,
    gone(P).
