%% process_info of the living, of oneself and of the dead.
-module('info').
-export([main/0]).
-import(trace, [say/2, role/2, next/0, gone/1, set/1]).

main() ->
    Me = self(),
    P = role(p, spawn(fun() -> Me ! ready, receive 'end' -> ok end end)),
    next(),
    'of'(P),
    link(P),
    Ref = monitor(process, P),
    P ! 1,
    P ! 2,
    register(known, P),
    'of'(P),
    unlink(P),
    demonitor(Ref),
    unregister(known),
    P ! 3,
    'of'(P),
    P ! 'end',
    gone(P),
    'of'(P).

'of'(P) ->
    case process_info(P, [message_queue_len, links, monitors, monitored_by,
                          trap_exit, priority, registered_name]) of
        undefined -> say("info", undefined);
        [{_, N}, {_, Links}, {_, Monitors}, {_, By}, {_, Trap}, {_, Priority}, {_, Name}] ->
            say("messages", N),
            say("links", set(Links)),
            say("monitors", set([M || {process, M} <- Monitors])),
            say("monitored by", set(By)),
            say("trap_exit", Trap),
            say("priority", Priority),
            say("name", case Name of [] -> undefined; _ -> Name end)
    end.
