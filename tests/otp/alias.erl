%% A monitor that is an address for answers as well (Erlang: {alias, demonitor}): when it is
%% taken back or has fired, what is sent to it is dropped.
-module('alias').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, fails/1, quiet/1]).

main() ->
    S = spawn(fun server/0),
    Ref = role(ref, monitor(process, S, [{alias, demonitor}])),
    S ! {call, Ref, 1},
    say("got", next()),
    say("got", next()),
    say("demonitor", demonitor(Ref, [flush, info])),
    Late = monitor(process, S, [{alias, demonitor}]),
    S ! {late, Late, self()},
    demonitor(Late, [flush]),
    S ! now,
    say("got", next()),
    quiet("then"),
    Fired = role(fired, monitor(process, role(s, S), [{alias, demonitor}])),
    S ! 'end',
    say("got", next()),
    Fired ! 'after the DOWN',
    quiet("then"),
    Dead = role(dead, monitor(process, S, [{alias, demonitor}])),
    say("got", next()),
    Dead ! 'after the DOWN',
    quiet("then"),
    say("send to a plain ref", fails(fun() -> make_ref() ! x end)),
    quiet("then").

server() ->
    receive
        {call, Ref, X} -> Ref ! {Ref, X}, Ref ! {Ref, 'once more'}, server();
        {late, Ref, From} ->
            receive now -> Ref ! late, From ! sent end,
            server();
        'end' -> ok
    end.
