#!/bin/bash
# wordcount.sh - the word counts of examples/wordcount.lua are those of tr,
# sort and uniq, on a large English text.

text=/usr/share/common-licenses/GPL-3
[ -r "$text" ] || { echo "no $text here"; exit 77; }

"$MOONLET" examples/wordcount.lua "$text" "$text" > "$TMPDIR/ours" || exit 1
cat "$text" "$text" | tr -cs 'A-Za-z' '\n' | tr A-Z a-z | grep . |
    LC_ALL=C sort | uniq -c | LC_ALL=C sort -k1,1nr -k2 > "$TMPDIR/theirs"
diff "$TMPDIR/theirs" "$TMPDIR/ours"
