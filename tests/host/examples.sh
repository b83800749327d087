#!/bin/bash
# examples.sh - the hosts of examples/embed build and say what they should.
set -e
. "$MOONLET_ROOT/tests/host/lib"
[ "$(wc -l <"$MOONLET_ROOT/examples/embed/hello.c")" -le 45 ]
build hello "$MOONLET_ROOT/examples/embed/hello.c" -std=c99
build poll "$MOONLET_ROOT/examples/embed/poll.c" -std=c11 -D_GNU_SOURCE
diff - <(run hello) <<'END'
hello, host
12 * 12 = 144
END
diff - <(run poll) <<'END'
own work !
result 1
result 4
result 9
worker ended: normal
END
