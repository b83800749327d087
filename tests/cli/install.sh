#!/bin/bash
# install.sh - what `make install` puts down is enough: the header stands
# alone, pkg-config finds the library, and the program runs from where it is.
# slow

[ "$MOONLET_VARIANT" = release ] || { echo "only for the release build"; exit 77; }
set -e
prefix=$TMPDIR/prefix
make --no-print-directory -C "$MOONLET_BUILD" install prefix="$prefix" >"$TMPDIR/log" 2>&1 ||
    { cat "$TMPDIR/log"; exit 1; }

export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
flags=$(pkg-config --define-variable=prefix="$prefix" --cflags --libs moonlet)
static=$(pkg-config --define-variable=prefix="$prefix" --static --libs moonlet)

echo '#include <moonlet.h>
int main(void) { return 0; }' >"$TMPDIR/host.c"
cc -std=c11 -Wall -Wextra -Wpedantic -Werror -o "$TMPDIR/host" "$TMPDIR/host.c" $flags
cc -std=c11 -o "$TMPDIR/host" "$TMPDIR/host.c" -I"$prefix/include" \
    -Wl,-Bstatic -L"$prefix/lib" -lmoonlet -Wl,-Bdynamic ${static#*-lmoonlet}
"$TMPDIR/host"

# the example hosts, as somebody who installed Moonlet builds them
for name in hello poll; do
    cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -o "$TMPDIR/$name" \
        "$MOONLET_ROOT/examples/embed/$name.c" $flags
    LD_LIBRARY_PATH=$prefix/lib "$TMPDIR/$name" >"$TMPDIR/$name.out"
done
grep -q '12 \* 12 = 144' "$TMPDIR/hello.out"
grep -q 'worker ended: normal' "$TMPDIR/poll.out"

# the library is a guest that never brings readline
if objdump -p "$prefix/lib/libmoonlet.so" | grep -i 'NEEDED.*readline'; then
    echo "libmoonlet links readline"
    exit 1
fi
objdump -p "$prefix/lib/libmoonlet.so" | grep -q 'SONAME.*libmoonlet\.so\.0'

unset LD_LIBRARY_PATH
[ "$("$prefix/bin/moonlet" -e 'print(6 * 7)')" = 42 ]
