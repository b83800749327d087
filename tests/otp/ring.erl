%% An end goes around a ring of links; a normal one does not.
-module('ring').
-export([main/0]).
-import(trace, [say/2, down/1, quiet/1]).

main() ->
    ring(6, 3, broken),
    ring(5, 5, {shutdown, 1}),
    ring(4, 1, normal),
    quiet("then").

member(Me, Count, Count, First) ->
    link(First),
    waits(Me, Count);
member(Me, I, Count, none) ->
    member(Me, I, Count, self());
member(Me, I, Count, First) ->
    link(spawn(fun() -> member(Me, I + 1, Count, First) end)),
    waits(Me, I).

waits(Me, I) ->
    Me ! {member, I, self()},
    receive {'end', Why} -> exit(Why) end.

ring(Count, At, Why) ->
    Me = self(),
    spawn(fun() -> member(Me, 1, Count, none) end),
    Members = [receive {member, I, P} -> {P, monitor(process, P)} end || I <- lists:seq(1, Count)],
    {Pid, Ref} = lists:nth(At, Members),
    Pid ! {'end', Why},
    Rest = case Why of
        normal ->
            say("the one", down(Ref)),
            {Next, _} = lists:nth(At rem Count + 1, Members),
            Next ! {'end', second},
            lists:delete({Pid, Ref}, Members);
        _ -> Members
    end,
    say("ring", list_to_tuple([down(R) || {_, R} <- Rest])).
