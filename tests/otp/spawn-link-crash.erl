%% A child that fails: its EXIT tells the error to one who traps; one who does not ends with it.
-module('spawn-link-crash').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, ends/1, idle/0]).

main() ->
    process_flag(trap_exit, true),
    role(a, spawn_link(fun() -> error({oops, 1}) end)),
    say("got", next()),
    role(b, spawn_link(fun() -> exit({custom, 2}) end)),
    say("got", next()),
    role(c, spawn_link(fun() -> ok end)),
    say("got", next()),
    say("the parent ended", ends(fun() ->
        spawn_link(fun() -> error({oops, 3}) end),
        idle()
    end)),
    say("the parent ended", ends(fun() ->
        spawn_link(fun() -> exit(normal) end),
        timer:sleep(20),
        exit('its own end')
    end)).
