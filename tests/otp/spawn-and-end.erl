%% A child that ends before anybody looks: link and monitor were there from the start.
-module('spawn-and-end').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, down/1, quiet/1]).

main() ->
    process_flag(trap_exit, true),
    {P, Ref} = spawn_monitor(fun() -> ok end),
    role(p, P),
    role(ref, Ref),
    say("got", next()),
    role(q, spawn_link(fun() -> exit('at once') end)),
    say("got", next()),
    {R, Rref} = spawn_opt(fun() -> exit(both) end, [link, monitor]),
    role(r, R),
    role(rref, Rref),
    receive Down = {'DOWN', _, _, _, _} -> say("got", Down) end,
    receive Exit = {'EXIT', _, _} -> say("got", Exit) end,
    quiet("then"),
    Me = self(),
    {_, Sref} = spawn_monitor(fun() ->
        {parent, Parent} = process_info(self(), parent),
        exit({parent, Parent =:= Me})
    end),
    say("ended", down(Sref)).
