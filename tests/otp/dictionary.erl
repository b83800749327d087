%% What a process notes of itself, and others see with process_info.
-module('dictionary').
-export([main/0]).
-import(trace, [say/2, differs/2, next/0]).

main() ->
    Me = self(),
    put(job, mine),
    P = spawn(fun() ->
        Me ! {get(job)},
        put(job, theirs),
        put(count, 3),
        put(list, {1, 2}),
        put(gone, 1),
        erase(gone),
        Me ! noted,
        receive 'end' -> ok end
    end),
    say("not inherited", element(1, next())),
    next(),
    {dictionary, D} = process_info(P, dictionary),
    say("text", proplists:get_value(job, D)),
    say("number", proplists:get_value(count, D)),
    say("erased", proplists:get_value(gone, D)),
    say("entries", length(D)),
    differs("a table", proplists:get_value(list, D)),
    say("my own", get(job)),
    P ! 'end'.
