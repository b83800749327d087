%% exit() inside a catch: Erlang's is an exception of a class of its own, which catch takes;
%% here pcall does not, so that a general handler of errors never keeps a process alive.
-module('exit-in-catch').
-export([main/0]).
-import(trace, [say/2, differs/2, ends/1]).

main() ->
    differs("exit inside a catch", ends(fun() ->
        catch exit(bad),
        exit('went on')
    end)),
    say("error inside a catch", ends(fun() ->
        try error({oops}) catch error:E -> exit({caught, false, E}) end
    end)),
    say("a signal inside a catch", ends(fun() ->
        catch exit(self(), bad),
        exit('went on')
    end)).
