%% A link to oneself is none.
-module('link-self').
-export([main/0]).
-import(trace, [say/2, ends/1, set/1]).

main() ->
    say("link", link(self())),
    {links, Links} = process_info(self(), links),
    say("links", set(Links)),
    say("unlink", unlink(self())),
    say("ended", ends(fun() -> link(self()), exit(bad) end)).
