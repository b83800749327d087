#!/bin/bash
# slow
# bench.sh - the programs of bench/ run in tiny sizes and print the figures that
# they promise, the sequential ones the same as lua5.4; saves are shown and compared.

run() { python3 bench/run --build "$MOONLET_BUILD" "$@"; }

save=$TMPDIR/save.json
if ! run --quick --systems moonlet,lua5.4,erl --save "$save" >"$TMPDIR/out"; then
    cat "$TMPDIR/out"
    exit 1
fi
run --diff "$save" "$save" >"$TMPDIR/diff" || exit 1

fail() { echo "$1"; cat "$2"; exit 1; }

# every program has a line in both, and what is compared with itself has not changed
for program in bench/lua/*.lua; do
    name=$(basename "$program" .lua)
    grep -q "^$name  *s " "$TMPDIR/out" || fail "no $name" "$TMPDIR/out"
    grep -Eq "^$name  *s .* 1\\.00x" "$TMPDIR/diff" || fail "no $name" "$TMPDIR/diff"
done
for figure in start start_mib $(sed -n 's/^-- figures: //p' bench/procs/*.lua); do
    grep -q "^$figure " "$TMPDIR/out" || fail "no $figure" "$TMPDIR/out"
done
grep -Eq 'better|worse' "$TMPDIR/diff" && fail "a save differs from itself" "$TMPDIR/diff"

# more of the same: the right way round for a time and for a rate
python3 - "$save" "$TMPDIR/faster.json" <<'END' || exit 1
import json, sys
save = json.load(open(sys.argv[1]))
for f in save["modes"]["all cores"]:
    if f["name"] in ("fib", "ring"):
        by = 0.5 if f["unit"] == "s" else 2
        f["values"]["moonlet"] = [v * by for v in f["values"]["moonlet"]]
json.dump(save, open(sys.argv[2], "w"))
END
run --diff "$save" "$TMPDIR/faster.json" >"$TMPDIR/diff"
[ "$(grep -E ' 2\.00x +better' "$TMPDIR/diff" | cut -d' ' -f1 | tr '\n' ' ')" = "fib ring " ] ||
    fail "twice as fast is not told" "$TMPDIR/diff"

# from one size to the next
python3 bench/scale --build "$MOONLET_BUILD" --most 10000 --svg "$TMPDIR/scale.svg" >"$TMPDIR/scale" || exit 1
[ "$(awk 'NR > 1 && NF == 4 && $2 > 0 && $3 > 0 && $4 > 0 { print $1 }' "$TMPDIR/scale" | tr '\n' ' ')" = "1,000 10,000 " ] ||
    fail "no table of sizes" "$TMPDIR/scale"
[ "$(grep -c '<polyline' "$TMPDIR/scale.svg")" = 3 ] || fail "no three lines" "$TMPDIR/scale.svg"
