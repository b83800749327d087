%% A process with many watchers tells each, and a watcher of many hears of each.
-module('monitor-many').
-export([main/0]).
-import(trace, [say/2, quiet/1]).

main() ->
    Me = self(),
    P = spawn(fun trace:idle/0),
    [spawn(fun() ->
         Ref = monitor(process, P),
         Me ! ready,
         receive {'DOWN', Ref, _, _, R} -> Me ! {told, I, R} end
     end) || I <- lists:seq(1, 50)],
    Ready = [receive ready -> 1 end || _ <- lists:seq(1, 50)],
    exit(P, over),
    Told = [receive {told, I, over} -> 1 end || I <- lists:seq(1, 50)],
    say("ready", lists:sum(Ready)),
    say("told", lists:sum(Told)),
    Refs = [{I, monitor(process, spawn(fun() -> receive 'end' -> exit({number, I}) end end))}
            || I <- lists:seq(1, 50)],
    {monitors, List} = process_info(self(), monitors),
    say("monitors", length(List)),
    [Q ! 'end' || {process, Q} <- List],
    [receive {'DOWN', Ref, _, _, {number, I}} -> ok end || {I, Ref} <- lists:reverse(Refs)],
    {monitors, Rest} = process_info(self(), monitors),
    say("monitors", length(Rest)),
    quiet("then").
