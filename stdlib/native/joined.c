/*
 * joined.c - what `..` does when the result is long: joins its arguments, all
 * of them text or numbers, a part in each step. The interpreter calls it
 * instead of copying on its own (slow.c), as it would call __concat.
 */
#include "stdlib/native/libs.h"
#include "stdlib/native/string_in.h"
#include "vm/data/num.h"

enum { RESULT, DONE };   /* slots */

/* Numbers become text in the argument itself. */
static size_t measure(Nat *n)
{
    size_t total = 0;
    for (int i = 0; i < n->nargs; i++) {
        char num[NUM_TEXT];
        if (!ml_is_str(n->base[i])) {
            size_t len = ml_num_fmt(num, n->base[i]);
            n->base[i] = ml_v_str(ml_str_new(n->h, num, len));
        }
        total += ml_str_len(n->base[i].s);
    }
    return total;
}

/* The bytes of the result at `from`, at most `most`; how many. */
static size_t copy_part(Nat *n, char *out, size_t from, size_t most)
{
    int i = 0;
    size_t at = from;
    while (at >= ml_str_len(n->base[i].s))
        at -= ml_str_len(n->base[i++].s);
    size_t len = ml_str_len(n->base[i].s) - at;
    if (len > most)
        len = most;
    memcpy(out + from, ml_str_data(n->base[i].s) + at, len);
    return len;
}

static NatEnd joined(Nat *n)
{
    size_t total;
    if (n->step == 0) {
        char *data;
        total = measure(n);
        if (!ml_heap_may(n->h, total))
            return ml_error(n, "not enough memory");
        ml_push(n, ml_v_str(ml_str_room(n->h, total, &data)));
        ml_push(n, ml_v_int(0));
    }
    Value *done = ml_string_slot(n, DONE);
    Str *result = ml_string_slot(n, RESULT)->s;
    total = ml_str_len(result);
    while ((size_t)done->i < total) {
        size_t len = copy_part(n, ml_string_room(result), (size_t)done->i, STR_NOW);
        done->i += (int64_t)len;
        if (ml_string_worked(n, (int64_t)len / 16 + 1) && (size_t)done->i < total)
            return ml_nat_more(n, 1);
    }
    return ml_ret1(n, *ml_string_slot(n, RESULT));
}

const NativeDef ml_lib_native_joined[] = {
    { "joined", joined, NULL },
    { NULL, NULL, NULL }
};
