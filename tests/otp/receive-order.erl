%% Selective receive takes the first that matches and leaves the others in their order.
-module('receive-order').
-export([main/0]).
-import(trace, [say/2, next/0, quiet/1]).

main() ->
    Me = self(),
    [Me ! M || M <- [{a, 1}, {b, 1}, {a, 2}, {c, 1}, {b, 2}]],
    receive {c, N1} -> say("c", N1) end,
    receive {b, N2} -> say("b", N2) end,
    receive {a, N3} when N3 > 1 -> say("a", N3) end,
    [say("left", next()) || _ <- [1, 2]],
    quiet("then"),
    Me ! second,
    Me ! first,
    receive
        first -> say("took", first);
        second -> say("took", second)
    end,
    say("left", next()),
    Me ! {x, 1},
    receive
        {x, _} -> say("clause", above);
        {_, 1} -> say("clause", below)
    end,
    Me ! outer,
    Me ! inner,
    Me ! last,
    receive outer ->
        receive inner -> say("inner", next()) end
    end,
    quiet("then").
