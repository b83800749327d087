#!/bin/bash
# header.sh - moonlet.h alone is C99 and C++, and the library exports what it
# promises, nothing else.
set -e
. "$MOONLET_ROOT/tests/host/lib"
cat >"$TMPDIR/alone.c" <<'END'
#include <moonlet.h>
#include <moonlet.h>
int main(void)
{
    ml_config cfg = ML_CONFIG_INIT;
    ml_err err;
    ml_vm *vm = ml_open(&cfg, &err);
    ml_msg *m = ml_pack("{'add' i i}", (int64_t)1, (int64_t)2);
    ml_free(m);
    return vm ? ml_close(vm, 0) : 1;
}
END
cp "$TMPDIR/alone.c" "$TMPDIR/alone.cc"
build c99 "$TMPDIR/alone.c" -std=c99
build c11 "$TMPDIR/alone.c" -std=c11
build cxx11 "$TMPDIR/alone.cc" -std=c++11
build cxx17 "$TMPDIR/alone.cc" -std=c++17
for p in c99 c11 cxx11 cxx17; do run $p; done
if [ "$MOONLET_VARIANT" = release ]; then
    nm -D --defined-only "$MOONLET_BUILD/.libs/libmoonlet.so" | awk '$NF !~ /^ml_/ { print; bad = 1 } END { exit bad }'
    python3 "$MOONLET_ROOT/tests/symbols" "$MOONLET_BUILD"
fi
