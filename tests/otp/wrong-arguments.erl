%% What is no address, no pid, no ref, no function or no time is an error where it is used.
-module('wrong-arguments').
-export([main/0]).
-import(trace, [say/2, fails/1, quiet/1]).

main() ->
    Me = self(),
    Ref = make_ref(),
    Name = id(nobody),
    Number = id(42),
    say("exit nobody", fails(fun() -> exit(whereis(Name), kill) end)),
    say("exit a name", fails(fun() -> exit(Name, kill) end)),
    say("exit a ref", fails(fun() -> exit(Ref, kill) end)),
    say("link a name", fails(fun() -> link(Name) end)),
    say("link a ref", fails(fun() -> link(Ref) end)),
    say("unlink a name", fails(fun() -> unlink(Name) end)),
    say("monitor a number", fails(fun() -> monitor(process, Number) end)),
    say("monitor a ref", fails(fun() -> monitor(process, Ref) end)),
    say("demonitor a pid", fails(fun() -> demonitor(Me) end)),
    say("register a ref", fails(fun() -> register(name, Ref) end)),
    say("whereis a pid", fails(fun() -> whereis(Me) end)),
    say("unregister nobody", fails(fun() -> unregister(Name) end)),
    say("spawn nothing", fails(fun() -> spawn(id(undefined)) end)),
    say("unknown option", fails(fun() -> spawn_opt(fun trace:idle/0, [id(no_such_option)]) end)),
    say("unknown priority", fails(fun() -> spawn_opt(fun trace:idle/0, [{priority, id(highest)}]) end)),
    say("timer to a number", fails(fun() -> erlang:send_after(1, Number, x) end)),
    say("cancel a pid", fails(fun() -> erlang:cancel_timer(Me) end)),
    say("info of a ref", fails(fun() -> process_info(Ref) end)),
    quiet("then"),
    say("alive", is_process_alive(Me)).

id(X) -> X.
