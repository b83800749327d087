%% A monitor of one alive, of one dead, and two at a time; a DOWN comes once.
-module('monitor').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, ends/1, quiet/1, set/1]).

main() ->
    P = role(p, spawn(fun() -> receive {'end', Why} -> exit(Why) end end)),
    One = role(one, monitor(process, P)),
    Two = role(two, monitor(process, P)),
    say("different refs", One =/= Two),
    P ! {'end', {custom, 1}},
    Got = [receive
               {'DOWN', Ref, process, P, R} -> say("reason", R), Ref
           end || _ <- [1, 2]],
    say("of", set(Got)),
    quiet("then"),
    role(three, monitor(process, P)),
    say("of the dead", next()),
    quiet("then"),
    Q = spawn(fun trace:idle/0),
    ends(fun() -> monitor(process, Q), exit(watcher) end),
    say("q", case process_info(Q) of undefined -> ended; _ -> lives end),
    {Rp, Rr} = spawn_monitor(fun() -> ok end),
    role(r, Rp),
    role(ref, Rr),
    say("got", next()).
