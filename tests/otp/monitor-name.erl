%% A monitor by name watches the process that has the name at that moment; the DOWN tells the name.
-module('monitor-name').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, quiet/1]).

main() ->
    A = spawn(fun() -> receive 'end' -> exit('a ended') end end),
    B = spawn(fun() -> receive 'end' -> exit('b ended') end end),
    register(worker, A),
    role(first, monitor(process, worker)),
    unregister(worker),
    register(worker, B),
    role(second, monitor(process, worker)),
    A ! 'end',
    say("got", next()),
    quiet("then"),
    B ! 'end',
    say("got", next()),
    role(third, monitor(process, worker)),
    say("of nobody", next()),
    quiet("then"),
    register(worker, spawn(fun trace:idle/0)),
    Ref = monitor(process, worker),
    say("demonitor", demonitor(Ref)),
    exit(whereis(worker), kill),
    quiet("then").
