%% after 0 looks at all that is there and does not wait; a time ends a wait, a message in time wins.
-module('receive-after').
-export([main/0]).
-import(trace, [say/2, next/0]).

main() ->
    Me = self(),
    receive _ -> say("got", something) after 0 -> say("after 0", nothing) end,
    Me ! other,
    this(0, 'no match'),
    Me ! this,
    this(0, 'no match'),
    say("left", next()),
    this(20, 'timed out'),
    spawn(fun() -> Me ! 'not this', timer:sleep(10), Me ! this end),
    this(5000, 'timed out'),
    say("left", next()),
    receive after 5 -> say("after 5", slept) end.

this(Ms, Else) ->
    receive
        this -> say("got", this)
    after Ms -> say("after " ++ integer_to_list(Ms), Else)
    end.
