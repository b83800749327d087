%% A reply is found by its ref behind any number of others, and a ref is equal after a journey.
-module('receive-ref').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, quiet/1]).

main() ->
    Me = self(),
    Server = spawn(fun server/0),
    One = make_ref(),
    Two = make_ref(),
    say("different", One =/= Two),
    Server ! {ask, Me, One, 3},
    Server ! {ask, Me, Two, 2},
    receive {Two, answer, N2} -> say("two", N2) end,
    receive {One, answer, N1} -> say("one", N1) end,
    role(one, One),
    role(two, Two),
    [say("left", next()) || _ <- lists:seq(1, 7)],
    quiet("then").

server() ->
    receive {ask, From, Ref, N} ->
        [From ! {noise, I} || I <- lists:seq(1, N)],
        From ! {Ref, answer, N},
        From ! {same, Ref}
    end,
    server().
