%% trace.erl - how the scripts here say what they see. trace.lua tells the words.
%%
%% run/1 is how a script starts: main/0 of the module, in a process of its own.
-module(trace).
-export([run/1, say/1, say/2, differs/2, role/2, next/0, gone/1, down/1, ends/1,
         queued/1, quiet/1, fails/1, set/1, idle/0]).

run(Module) ->
    {_, Ref} = spawn_monitor(fun() -> role(main, self()), Module:main() end),
    receive
        {'DOWN', Ref, _, _, normal} -> halt(0);
        {'DOWN', Ref, _, _, Reason} ->
            io:format(standard_error, "~p~n", [Reason]),
            halt(1)
    end.

say(Text) -> io:format("~s~n", [Text]).
say(Text, V) -> io:format("~s: ~s~n", [Text, show(V)]).

differs(Topic, V) -> say("differs: " ++ Topic, V).

role(Name, V) ->
    put({role, V}, atom_to_list(Name)),
    V.

next() -> receive M -> M after 5000 -> timeout end.

down(Ref) ->
    receive
        {'DOWN', Ref, _, _, Reason} -> {shown, show_reason(Reason)}
    after 5000 -> lives
    end.

gone(Pid) -> down(monitor(process, Pid)).

ends(F) ->
    {_, Ref} = spawn_monitor(F),
    down(Ref).

queued(N) ->
    case process_info(self(), message_queue_len) of
        {_, Len} when Len >= N -> ok;
        _ -> timer:sleep(1), queued(N)
    end.

quiet(Text) -> say(Text, receive M -> M after 30 -> quiet end).

fails(F) ->
    try F() of
        _ -> ok
    catch
        error:_ -> error
    end.

set(List) ->
    {shown, "[" ++ lists:join(" ", lists:sort([show(V) || V <- List])) ++ "]"}.

idle() -> receive never -> ok end.

show({shown, Text}) -> Text;
show({'DOWN', Ref, process, {Name, _Node}, Reason}) when is_atom(Name) -> down(Ref, atom_to_list(Name), Reason);
show({'DOWN', Ref, process, Pid, Reason}) -> down(Ref, show(Pid), Reason);
show({'EXIT', Pid, Reason}) when is_pid(Pid) -> ["EXIT(", show(Pid), ", ", show_reason(Reason), ")"];
show(V) when is_pid(V) -> named(V, "pid");
show(V) when is_reference(V) -> named(V, "ref");
show(V) when is_tuple(V) -> ["{", lists:join(", ", [show(E) || E <- tuple_to_list(V)]), "}"];
show(undefined) -> "none";
show(V) when is_atom(V) -> atom_to_list(V);
show(V) when is_integer(V) -> integer_to_list(V).

down(Ref, Who, Reason) -> ["DOWN(", show(Ref), ", ", Who, ", ", show_reason(Reason), ")"].

named(V, Otherwise) ->
    case get({role, V}) of
        undefined -> Otherwise;
        Name -> Name
    end.

%% An uncaught error has a stack beside it; throw is one kind of error to Lua.
show_reason({{nocatch, V}, Stack}) when is_list(Stack) -> ["error(", show(V), ")"];
show_reason({V, [Place | _]}) when is_tuple(Place) -> ["error(", show(V), ")"];
show_reason(V) -> show(V).
