#!/bin/sh
# Where the system lets it use one core of many, it runs processes on one thread.
set -e
count='print(#statistics().workers)'
[ "$("$MOONLET" --schedulers 3 -e "$count")" -eq 3 ]
core=$(taskset -cp $$ | sed 's/.*[ ,-]//')
[ "$(taskset -c "$core" "$MOONLET" -E -e "$count")" -eq 1 ]
