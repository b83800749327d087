%% A link made anew after unlink is a link; unlink ends it from either side.
-module('link-again').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, gone/1, set/1, quiet/1, idle/0]).

main() ->
    Me = self(),
    process_flag(trap_exit, true),
    P = role(p, spawn(fun trace:idle/0)),
    [begin link(P), unlink(P) end || _ <- lists:seq(1, 3)],
    link(P),
    exit(P, bad),
    say("got", next()),
    Q = role(q, spawn(fun() ->
        receive unlink -> unlink(Me), Me ! unlinked end,
        idle()
    end)),
    link(Q),
    Q ! unlink,
    say("q", next()),
    {links, Links} = process_info(self(), links),
    say("links", set(Links)),
    exit(Q, bad),
    gone(Q),
    quiet("then").
