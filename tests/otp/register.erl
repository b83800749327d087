%% One name for a process, one process for a name; what is an error.
-module('register').
-export([main/0]).
-import(trace, [say/2, role/2, gone/1, fails/1]).

main() ->
    P = role(p, spawn(fun trace:idle/0)),
    Q = role(q, spawn(fun trace:idle/0)),
    say("whereis nobody", whereis(one)),
    say("register", register(one, P)),
    say("whereis", whereis(one)),
    say("taken", fails(fun() -> register(one, Q) end)),
    say("taken by itself", fails(fun() -> register(one, P) end)),
    say("second name", fails(fun() -> register(two, P) end)),
    say("no pid", fails(fun() -> register(two, id(42)) end)),
    say("unregister", unregister(one)),
    say("unregister again", fails(fun() -> unregister(one) end)),
    say("whereis", whereis(one)),
    say("a name again", register(two, P)),
    say("and the other", register(one, Q)),
    say("whereis", whereis(one)),
    exit(Q, bad),
    gone(Q),
    say("whereis", whereis(one)),
    say("register the dead", fails(fun() -> register(one, Q) end)),
    say("register oneself", register(one, self())),
    say("whereis", whereis(one)).

id(X) -> X.
