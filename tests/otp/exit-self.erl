%% An exit signal to oneself has been handled when the call returns.
-module('exit-self').
-export([main/0]).
-import(trace, [say/2, next/0, ends/1, quiet/1]).

main() ->
    Me = self(),
    does(bad),
    does(kill),
    does({a, table}),
    say("p ended", ends(fun() ->
        process_flag(trap_exit, true),
        exit(self(), bad),
        receive {'EXIT', _, R} -> Me ! {there, R} after 0 -> Me ! 'not there' end,
        process_flag(trap_exit, false),
        exit(self(), worse),
        Me ! 'not reached'
    end)),
    say("p", next()),
    say("ended", ends(fun() ->
        process_flag(trap_exit, true),
        exit(self(), kill),
        Me ! 'not reached'
    end)),
    quiet("then").

does(Reason) ->
    Me = self(),
    say("ended", ends(fun() -> exit(self(), Reason), Me ! 'not reached' end)).
