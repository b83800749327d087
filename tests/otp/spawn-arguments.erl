%% A child gets its arguments as they were, and nothing it does to them comes back.
-module('spawn-arguments').
-export([main/0]).
-import(trace, [say/2, next/0, fails/1]).
-export([child/3]).

main() ->
    Me = self(),
    P = spawn(?MODULE, child, [Me, {1, {2, 3}}, second]),
    P ! go,
    say("got", next()),
    say("spawn of a number", fails(fun() -> spawn(id(42)) end)),
    Me ! {{}, {{deep, {}}}, true, -7},
    say("send keeps nesting", next()).

child(Me, A, B) -> receive go -> Me ! {A, B} end.

id(X) -> X.
