%% A monitor is its maker's: another process' demonitor does nothing.
-module('demonitor-others').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, down/1, quiet/1]).

main() ->
    P = role(p, spawn(fun trace:idle/0)),
    Ref = role(ref, monitor(process, P)),
    {Q, Qref} = spawn_monitor(fun() ->
        receive {'take back', R} -> exit({answer, demonitor(R, [info])}) end
    end),
    Q ! {'take back', Ref},
    say("another", down(Qref)),
    exit(P, bad),
    say("got", next()),
    quiet("then"),
    process_flag(trap_exit, true),
    role(r, spawn_link(fun() -> exit('linked only') end)),
    say("got", next()),
    quiet("then").
