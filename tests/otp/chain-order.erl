%% What one process does to several is seen by each in its order: a message, a link's end, a message of a third.
-module('chain-order').
-export([main/0]).
-import(trace, [say/2, role/2, next/0]).

main() ->
    Me = self(),
    B = spawn(fun() ->
        [receive {word, N} -> Me ! {'b heard', N} end || _ <- [1, 2]]
    end),
    C = spawn(fun() ->
        receive {then, N} ->
            receive 'b has it' -> B ! {word, N} end
        end
    end),
    B ! {word, 1},
    C ! {then, 2},
    say("got", next()),
    C ! 'b has it',
    say("got", next()),
    P = spawn(fun() -> receive {'a message', From} -> From ! 'p read it', trace:idle() end end),
    role(ref, monitor(process, P)),
    role(p, P),
    P ! {'a message', Me},
    say("got", next()),
    exit(P, stop),
    role(late, monitor(process, P)),
    say("got", next()),
    say("got", next()).
