%% Linking to a process that is gone: the exit signal noproc, for one that traps a message.
-module('link-dead-trapped').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, gone/1, set/1, quiet/1]).

main() ->
    P = role(p, spawn(fun() -> ok end)),
    gone(P),
    process_flag(trap_exit, true),
    say("link", link(P)),
    say("got", next()),
    say("again", link(P)),
    say("got", next()),
    {links, Links} = process_info(self(), links),
    say("links", set(Links)),
    quiet("then").
