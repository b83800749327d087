%% One that traps starts its children anew, tells normal ends from bad ones, and takes them with it.
-module('supervising').
-export([main/0]).
-import(trace, [say/2, next/0, down/1, quiet/1]).

main() ->
    Me = self(),
    {S, Ref} = spawn_monitor(fun() ->
        process_flag(trap_exit, true),
        supervise(Me, [start(Me, N) || N <- [a, b]])
    end),
    [receive {started, N} -> say("started", N) end || N <- [a, b]],
    S ! {to, a, crash},
    say("got", next()),
    S ! {to, b, done},
    say("got", next()),
    S ! {to, a, crash},
    say("got", next()),
    S ! {to, a, watch},
    receive {pid, Pid} ->
        ChildRef = monitor(process, Pid),
        exit(S, shutdown),
        say("supervisor", down(Ref)),
        say("child", down(ChildRef))
    end,
    quiet("then").

start(Me, Name) ->
    {spawn_link(fun() ->
        Me ! {started, Name},
        receive
            crash -> error({crashed, Name});
            done -> ok
        end
    end), Name}.

supervise(Me, Children) ->
    receive
        {'EXIT', Me, R} -> exit(R);
        {'EXIT', Pid, R} ->
            {Pid, Name} = lists:keyfind(Pid, 1, Children),
            Rest = lists:keydelete(Pid, 1, Children),
            case R of
                normal -> Me ! {finished, Name}, supervise(Me, Rest);
                _ -> supervise(Me, [start(Me, Name) | Rest])
            end;
        {to, Name, M} ->
            {Pid, Name} = lists:keyfind(Name, 2, Children),
            case M of
                watch -> Me ! {pid, Pid};
                _ -> Pid ! M
            end,
            supervise(Me, Children)
    end.
