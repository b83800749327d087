%% Of a group of linked processes the one that traps lives on, and shields who stands behind it.
-module('group-one-traps').
-export([main/0]).
-import(trace, [say/2, next/0, down/1, quiet/1]).

main() ->
    Me = self(),
    {Guard, Rg} = spawn_monitor(fun() ->
        process_flag(trap_exit, true),
        Me ! ready,
        guard(Me)
    end),
    next(),
    register(guard, Guard),
    {A, Ra} = spawn_monitor(fun() -> behind(Me) end),
    {_, Rb} = spawn_monitor(fun() -> link(A), behind(Me) end),
    {C, Rc} = spawn_monitor(fun() -> behind(Me) end),
    [next() || _ <- [1, 2, 3]],
    exit(A, bad),
    say("a", down(Ra)),
    say("b", down(Rb)),
    say("guard", next()),
    say("guard", next()),
    say("c", case is_process_alive(C) of true -> lives; false -> ended end),
    Guard ! 'end',
    say("guard", down(Rg)),
    say("c", down(Rc)),
    quiet("then").

behind(Me) ->
    link(whereis(guard)),
    Me ! ready,
    receive never -> ok end.

guard(Me) ->
    receive
        {'EXIT', _, R} -> Me ! {'guard saw', R};
        'end' -> exit('guard ended')
    end,
    guard(Me).
