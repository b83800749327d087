%% Where Erlang wants a boolean Lua's truth does, a number for a name is its text, and a time
%% before now is now.
-module('lenient-arguments').
-export([main/0]).
-import(trace, [differs/2, fails/1]).

main() ->
    differs("trap_exit = a number", fails(fun() -> process_flag(trap_exit, id(42)) end)),
    differs("register as a number", fails(fun() -> register(id(42), self()) end)),
    differs("send_after before now", fails(fun() -> erlang:send_after(id(-1), self(), x) end)),
    differs("after -1", fails(fun() -> receive x -> ok after id(-1) -> ok end end)).

id(X) -> X.
