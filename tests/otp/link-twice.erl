%% Links do not add up: linked twice, unlinked once, there is none.
-module('link-twice').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, gone/1, set/1, quiet/1, idle/0]).

main() ->
    process_flag(trap_exit, true),
    P = role(p, spawn(fun trace:idle/0)),
    link(P),
    link(P),
    say("links", links()),
    unlink(P),
    say("links", links()),
    exit(P, bad),
    gone(P),
    quiet("then"),
    Q = role(p, spawn(fun trace:idle/0)),
    link(Q),
    link(Q),
    exit(Q, bad),
    say("got", next()),
    quiet("then").

links() ->
    {links, Links} = process_info(self(), links),
    set(Links).
