%% send_after: in order of time, from a process that has ended, to a name, to the dead; cancelling.
-module('timers').
-export([main/0]).
-import(trace, [say/2, next/0, gone/1, ends/1, fails/1, quiet/1]).

main() ->
    Me = self(),
    after_ms(60, Me, third),
    after_ms(20, Me, first),
    after_ms(40, Me, {second, 2}),
    [say("got", next()) || _ <- [1, 2, 3]],
    say("zero", after_ms(0, Me, 'at once') =/= undefined),
    say("got", next()),
    Never = after_ms(60000, Me, never),
    Left = erlang:cancel_timer(Never),
    say("left", Left > 50000 andalso Left =< 60000),
    say("again", erlang:cancel_timer(Never)),
    Sent = after_ms(1, Me, sent),
    say("got", next()),
    say("too late", erlang:cancel_timer(Sent)),
    say("a ref that is none", erlang:cancel_timer(make_ref())),
    say("wrong time", fails(fun() -> after_ms(id(soon), Me, x) end)),
    ends(fun() -> after_ms(20, Me, 'of the dead') end),
    say("got", next()),
    Timer = after_ms(60000, Me, never),
    P = spawn(fun() -> receive T -> Me ! is_integer(erlang:cancel_timer(T)) end end),
    P ! Timer,
    say("cancelled by another", next()),
    Q = spawn(fun() -> receive 'end' -> ok end end),
    after_ms(20, Q, 'nobody reads it'),
    Q ! 'end',
    gone(Q),
    say("to the dead", fails(fun() -> after_ms(1, Q, 'nor this') end)),
    quiet("then").

after_ms(Ms, To, M) -> erlang:send_after(Ms, To, M).

id(X) -> X.
