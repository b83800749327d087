%% A child has the group leader of its parent; anyone may give it another.
-module('group-leader').
-export([main/0]).
-import(trace, [say/2, role/2, next/0]).

main() ->
    Me = self(),
    Old = group_leader(),
    L = role(leader, spawn(fun() -> receive 'end' -> ok end end)),
    M = role(other, spawn(fun() -> receive 'end' -> ok end end)),
    group_leader(L, self()),
    P = spawn(fun() ->
        Me ! {group_leader()},
        receive asked -> Me ! {group_leader()} end,
        receive 'end' -> ok end
    end),
    {Inherited} = next(),
    {group_leader, Seen} = process_info(P, group_leader),
    group_leader(M, P),
    P ! asked,
    {Given} = next(),
    Own = group_leader(),
    group_leader(Old, self()),
    say("inherited", Inherited),
    say("seen from outside", Seen),
    say("given by another", Given),
    say("my own", Own),
    P ! 'end'.
