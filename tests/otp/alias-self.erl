%% A monitor of oneself with an alias: Erlang makes none, so nothing reaches it; here the
%% address works, since who asks a server that may be himself needs no case of its own.
-module('alias-self').
-export([main/0]).
-import(trace, [differs/2, quiet/1]).

main() ->
    Ref = monitor(process, self(), [{alias, demonitor}]),
    Ref ! hello,
    differs("what is sent to it", receive M -> M after 30 -> 'nothing comes' end),
    demonitor(Ref, [flush]),
    Ref ! late,
    quiet("then").
