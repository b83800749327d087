%% Linking to a process that is gone, without trapping: Erlang raises an error where the
%% other end is known to be gone, for historical reasons; here it is a signal, always.
-module('link-dead').
-export([main/0]).
-import(trace, [differs/2, gone/1, ends/1, idle/0]).

main() ->
    Dead = spawn(fun() -> ok end),
    gone(Dead),
    differs("a link to the dead, not trapped, ends with", ends(fun() -> link(Dead), idle() end)),
    differs("the same inside pcall",
            ends(fun() -> catch link(Dead), timer:sleep(30), exit(later) end)).
