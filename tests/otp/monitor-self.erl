%% A monitor of oneself is none.
-module('monitor-self').
-export([main/0]).
-import(trace, [say/2, ends/1, set/1, quiet/1]).

main() ->
    Ref = monitor(process, self()),
    {monitors, M} = process_info(self(), monitors),
    say("monitors", set(M)),
    say("demonitor", demonitor(Ref, [info])),
    register(me, self()),
    Named = monitor(process, me),
    say("demonitor by name", demonitor(Named, [info])),
    say("ended", ends(fun() -> monitor(process, self()), exit(bad) end)),
    quiet("then").
