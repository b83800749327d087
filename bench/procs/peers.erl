%% peers.erl - the programs of this folder in Erlang: one function for each, of
%% the same name, which prints the same figures. Sizes are given as there.
%%
%%     erlc peers.erl && erl +P 2000000 -noshell -run peers main NAME [SIZE...]
%%
%% With `-hibernate` parked processes hibernate. Everything runs in a process that
%% was spawned, so that the flags of the emulator hold for it.
-module(peers).
-export([main/1, parked/1, spawn_reply/1, pingpong/1, ring/1, fanin/1, everybody/1,
         request/1, large/1, ending/1, ticker/1, timers/1, share/1]).
-export([park/2, asleep/0, answer/1, wait/0]).

main([Name | Sizes]) ->
    F = list_to_existing_atom(Name),
    {_, Ref} = spawn_monitor(fun() -> ?MODULE:F([list_to_integer(S) || S <- Sizes]) end),
    receive
        {'DOWN', Ref, process, _, normal} -> halt(0);
        {'DOWN', Ref, process, _, Why} ->
            io:format(standard_error, "~p~n", [Why]),
            halt(1)
    end.

%% --- helpers ---

now_us() -> erlang:monotonic_time(nanosecond) / 1000.
now_ms() -> erlang:monotonic_time(nanosecond) / 1000000.

tell(Name, Format, Value, Unit) ->
    io:format("~s " ++ Format ++ " ~s~n", [Name, Value * 1.0, Unit]).

rate(Name, N, F) ->
    Start = now_us(),
    F(),
    tell(Name, "~.1f", N / (now_us() - Start) * 1.0e6, "/s").

times(0, _) -> ok;
times(N, F) -> F(), times(N - 1, F).

collect(0, _) -> ok;
collect(N, Word) -> receive Word -> collect(N - 1, Word) end.

size(Sizes, Nth, Default) ->
    case length(Sizes) >= Nth of
        true -> lists:nth(Nth, Sizes);
        false -> Default
    end.

resident() ->
    {ok, Text} = file:read_file("/proc/self/status"),
    {match, [KiB]} = re:run(Text, "VmRSS:\\s*(\\d+)", [{capture, [1], list}]),
    list_to_integer(KiB) * 1024.

%% --- parked ---

parked(Sizes) ->
    N = size(Sizes, 1, 1000000),
    How = case init:get_argument(hibernate) of {ok, _} -> hibernate; error -> wait end,
    Before = resident(),
    Start = now_us(),
    Told = park_all(1, N, self(), How, 0),
    collect(Told, here),
    Us = now_us() - Start,
    tell("parked_bytes", "~.1f", (resident() - Before) / N, "B"),
    tell("parked_spawns", "~.1f", N / Us * 1.0e6, "/s").

park_all(I, N, _, _, Told) when I > N -> Told;
park_all(I, N, Me, How, Told) ->
    Tells = I rem 1000 =:= 0 orelse I =:= N,
    spawn(?MODULE, park, [if Tells -> Me; true -> none end, How]),
    park_all(I + 1, N, Me, How, if Tells -> Told + 1; true -> Told end).

park(none, How) -> park(How);
park(Boss, How) -> Boss ! here, park(How).

park(hibernate) -> erlang:hibernate(?MODULE, asleep, []);
park(wait) -> asleep().

asleep() -> receive never -> ok end.

%% --- spawn_reply ---

spawn_reply(Sizes) ->
    N = size(Sizes, 1, 400000),
    Me = self(),
    rate("spawn_reply", N, fun() -> one_by_one(N, Me, 0) end),
    rate("spawn_reply_1000", N, fun() ->
        times(N div 1000, fun() ->
            times(1000, fun() -> spawn(?MODULE, answer, [Me]) end),
            collect(1000, 1)
        end)
    end).

answer(Boss) -> Boss ! 1.

one_by_one(0, _, Sum) -> Sum;
one_by_one(N, Me, Sum) ->
    spawn(?MODULE, answer, [Me]),
    receive X -> one_by_one(N - 1, Me, Sum + X) end.

%% --- pingpong, ring ---

pingpong(Sizes) ->
    N = size(Sizes, 1, 1000000),
    Other = spawn(fun player/0),
    rate("pingpong", N, fun() -> rally(N, Other) end).

player() ->
    receive
        {ball, From, I} -> From ! {ball, self(), I}, player();
        stop -> ok
    end.

rally(0, _) -> ok;
rally(N, Other) ->
    Other ! {ball, self(), N},
    receive {ball, Other, N} -> rally(N - 1, Other) end.

ring(Sizes) ->
    N = size(Sizes, 1, 3000000),
    Me = self(),
    First = spawn(fun() -> node(none, Me) end),
    Last = lists:foldl(fun(_, Next) -> spawn(fun() -> node(Next, Me) end) end,
                       First, lists:seq(2, 1000)),
    First ! {next, Last},
    rate("ring", N, fun() -> First ! N, collect(1, done) end).

node(Next, Boss) ->
    receive
        0 -> Boss ! done, node(Next, Boss);
        N when is_integer(N) -> Next ! N - 1, node(Next, Boss);
        {next, Pid} -> node(Pid, Boss)
    end.

%% --- fanin, everybody ---

fanin(Sizes) ->
    Each = size(Sizes, 1, 20000),
    Me = self(),
    Producers = [spawn(fun() -> receive go -> produce(1, Each, Me) end end)
                 || _ <- lists:seq(1, 100)],
    rate("fanin", 100 * Each, fun() ->
        [P ! go || P <- Producers],
        consume(100 * Each, 0)
    end).

produce(I, Each, _) when I > Each -> ok;
produce(I, Each, To) -> To ! {item, I}, produce(I + 1, Each, To).

consume(0, Sum) -> Sum;
consume(N, Sum) -> receive {item, I} -> consume(N - 1, Sum + I) end.

everybody(Sizes) ->
    {N, Rounds} = {size(Sizes, 1, 1000), size(Sizes, 2, 3)},
    Me = self(),
    All = [spawn(fun() -> member(Me, N, Rounds) end) || _ <- lists:seq(1, N)],
    [P ! {all, All} || P <- All],
    collect(N, ready),
    rate("everybody", N * N * Rounds, fun() ->
        [P ! go || P <- All],
        collect(N, done)
    end).

member(Boss, N, Rounds) ->
    receive {all, All} -> ok end,
    Boss ! ready,
    receive go -> ok end,
    times(Rounds, fun() -> greet(All), greeted(N) end),
    Boss ! done.

greet([]) -> ok;
greet([P | Rest]) -> P ! {hello, self()}, greet(Rest).

greeted(0) -> ok;
greeted(N) -> receive {hello, _} -> greeted(N - 1) end.

%% --- request, large ---

request(Sizes) ->
    {Turns, Behind} = {size(Sizes, 1, 100000), size(Sizes, 2, 100000)},
    Server = spawn(fun server/0),
    ask("request_ref", Turns, fun() -> by_ref(Server) end),
    ask("request_tag", Turns, fun() -> by_tag(Server) end),
    [self() ! {unrelated, I} || I <- lists:seq(1, Behind)],
    ask("request_ref_behind", Turns, fun() -> by_ref(Server) end),
    %% looks at all of them each time
    ask("request_tag_behind", max(1, Turns div 100), fun() -> by_tag(Server) end).

ask(Name, Turns, F) ->
    Start = now_us(),
    times(Turns, F),
    tell(Name, "~.1f", (now_us() - Start) * 1000 / Turns, "ns").

server() ->
    receive
        {ask, From, Ref} -> From ! {Ref, 1};
        {ask, From} -> From ! {reply, 1}
    end,
    server().

by_ref(Server) ->
    Ref = make_ref(),
    Server ! {ask, self(), Ref},
    receive {Ref, X} -> X end.

by_tag(Server) ->
    Server ! {ask, self()},
    receive {reply, X} -> X end.

large(Sizes) ->
    N = size(Sizes, 1, 20000),
    List = [{I, item} || I <- lists:seq(1, 1000)],
    Map = maps:from_list([{key("branch", I),
                           maps:from_list([{key("leaf", K), I * K} || K <- lists:seq(1, 10)])}
                          || I <- lists:seq(1, 10)]),
    Reader = spawn(fun reader/0),
    hand("large_list", Reader, List, N),
    hand("large_map", Reader, Map, N * 5),
    hand("large_string", Reader, binary:copy(<<"x">>, 1 bsl 20), N * 5).

key(Word, I) -> list_to_atom(Word ++ integer_to_list(I)).

reader() -> receive {From, _} -> From ! taken, reader() end.

hand(Name, Reader, Value, N) ->
    Start = now_us(),
    times(N, fun() -> Reader ! {self(), Value}, receive taken -> ok end end),
    tell(Name, "~.3f", (now_us() - Start) / N, "us").

%% --- ending ---

ending(Sizes) ->
    N = size(Sizes, 1, 1000000),
    tell("ending_linked", "~.4f", ending_linked(N) / 1.0e6, "s"),
    tell("ending_monitored", "~.4f", ending_monitored(N) / 1.0e6, "s").

wait() -> receive stop -> ok end.

ending_linked(N) ->
    Me = self(),
    Boss = spawn(fun() -> boss(1, N, Me) end),
    Left = watch(0),
    Start = now_us(),
    exit(Boss, enough),
    downs(Left),
    now_us() - Start.

boss(I, N, Main) when I > N -> Main ! all, wait();
boss(I, N, Main) ->
    Pid = spawn_link(?MODULE, wait, []),
    if I rem 1000 =:= 0 orelse I =:= N -> Main ! {one, Pid}; true -> ok end,
    boss(I + 1, N, Main).

watch(Left) ->
    receive
        {one, Pid} -> monitor(process, Pid), watch(Left + 1);
        all -> Left
    end.

ending_monitored(N) ->
    Pids = [element(1, spawn_monitor(?MODULE, wait, [])) || _ <- lists:seq(1, N)],
    Start = now_us(),
    lists:foreach(fun(Pid) -> Pid ! stop end, Pids),
    downs(N),
    now_us() - Start.

downs(0) -> ok;
downs(N) -> receive {'DOWN', _, process, _, _} -> downs(N - 1) end.

%% --- ticker, timers ---

ticker(Sizes) ->
    {Spinners, Ticks, Ms} = {size(Sizes, 1, 8), size(Sizes, 2, 2000), size(Sizes, 3, 1)},
    times(Spinners, fun() -> spawn(fun spin/0) end),
    Late = lists:sort([tick(Ms) || _ <- lists:seq(1, Ticks)]),
    tell("ticker_p50", "~.3f", at(Late, 0.5), "ms"),
    tell("ticker_p99", "~.3f", at(Late, 0.99), "ms"),
    tell("ticker_max", "~.3f", lists:last(Late), "ms").

spin() -> spin().

tick(Ms) ->
    Due = now_ms() + Ms,
    receive after Ms -> ok end,
    now_ms() - Due.

at(Sorted, P) -> lists:nth(max(1, ceil(length(Sorted) * P)), Sorted).

timers(Sizes) ->
    {N, Seconds, Period} = {size(Sizes, 1, 1000000), size(Sizes, 2, 5), size(Sizes, 3, 1000)},
    Me = self(),
    Start = now_ms() + 20 + N / 100,
    Ticks = Seconds * 1000 div Period,
    lists:foreach(fun(I) ->
        First = Start + Period * I / N,
        spawn(fun() -> periodic(Me, First, Period, Ticks, #{}) end)
    end, lists:seq(1, N)),
    receive after max(0, ceil(Start - now_ms())) -> ok end,
    {Cpu, _} = erlang:statistics(runtime),
    Measured = Seconds * 1000 - 200,
    receive after Measured -> ok end,
    {Cpu2, _} = erlang:statistics(runtime),
    All = merge(N, #{}),
    Count = lists:sum(maps:values(All)),
    tell("timers_cpu", "~.3f", (Cpu2 - Cpu) / Measured, "cores"),
    tell("timers_p50", "~.1f", bucket(All, Count * 0.5), "ms"),
    tell("timers_p99", "~.1f", bucket(All, Count * 0.99), "ms").

periodic(Boss, _, Period, 0, Hist) ->
    receive after 2 * Period -> ok end,
    Boss ! {hist, Hist};
periodic(Boss, Due, Period, Ticks, Hist) ->
    case Due - now_ms() of
        Wait when Wait > 0 -> receive after ceil(Wait) -> ok end;
        _ -> ok
    end,
    B = min(100000, floor(max(0, now_ms() - Due) * 10) + 1),
    periodic(Boss, Due + Period, Period, Ticks - 1,
             maps:update_with(B, fun(K) -> K + 1 end, 1, Hist)).

merge(0, All) -> All;
merge(N, All) ->
    receive
        {hist, Hist} ->
            merge(N - 1, maps:fold(fun(B, K, A) ->
                maps:update_with(B, fun(Old) -> Old + K end, K, A)
            end, All, Hist))
    end.

bucket(All, Want) -> bucket(lists:sort(maps:to_list(All)), 0, Want).
bucket([{B, K} | _], Sum, Want) when Sum + K >= Want -> B / 10;
bucket([{_, K} | Rest], Sum, Want) -> bucket(Rest, Sum + K, Want).

%% --- share ---

share(Sizes) ->
    Ms = size(Sizes, 1, 1000),
    Gains = lists:sort([did(2, Ms) / did(1, Ms) || _ <- lists:seq(1, 3)]),
    tell("share_two", "~.3f", lists:nth(2, Gains), "gain").

did(N, Ms) ->
    Me = self(),
    Till = now_ms() + Ms,
    times(N, fun() -> spawn(fun() -> Me ! {did, work(Till, 0)} end) end),
    lists:sum([receive {did, D} -> D end || _ <- lists:seq(1, N)]).

work(Till, Done) ->
    case now_ms() < Till of
        true ->
            _ = pairs(1000, Done, []),
            work(Till, Done + 1);
        false -> Done
    end.

pairs(0, _, T) -> T;
pairs(I, Done, T) -> pairs(I - 1, Done, [{I, Done} | T]).
