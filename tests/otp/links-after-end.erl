%% The list of links loses who has ended, and keeps the others.
-module('links-after-end').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, set/1, quiet/1]).

main() ->
    process_flag(trap_exit, true),
    A = role(a, spawn_link(fun trace:idle/0)),
    B = role(b, spawn_link(fun trace:idle/0)),
    C = role(c, spawn_link(fun trace:idle/0)),
    links(),
    exit(B, bad),
    say("got", next()),
    links(),
    unlink(A),
    links(),
    exit(A, bad),
    quiet("then"),
    exit(C, kill),
    say("got", next()),
    links().

links() ->
    {links, L} = process_info(self(), links),
    say("links", set(L)).
