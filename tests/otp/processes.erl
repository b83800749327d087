%% processes() holds the living and not the dead.
-module('processes').
-export([main/0]).
-import(trace, [say/2, gone/1]).

main() ->
    P = spawn(fun trace:idle/0),
    say("oneself", lists:member(self(), processes())),
    say("a child", lists:member(P, processes())),
    exit(P, kill),
    gone(P),
    say("the dead", lists:member(P, processes())).
