/*
 * concat.c - table.concat. A first pass measures, so that the result is made
 * once and in the right size; a second one fills it. Both may take several
 * steps, and a finaliser that changes the table between them is noticed.
 */
#include <string.h>

#include "stdlib/native/libs.h"
#include "stdlib/native/table.h"
#include "vm/data/num.h"

enum { MEASURE = 1, FILL = 2 };                 /* steps of concat */
enum { FIRST, LAST, CUR, BYTES, OFFSET, RESULT };   /* its slots */
enum { PIECE = 1 << 14, SOME = 1000 };          /* bytes, and reductions, between two looks at the slice */

/* The text of a string or number; buf has NUM_TEXT bytes. */
static bool text_of(const Value *v, char *buf, const char **s, size_t *len)
{
    if (ml_is_str(*v)) {
        *s = ml_str_data(v->s);
        *len = v->s->len;
        return true;
    }
    if (!ml_is_number(*v))
        return false;
    *s = buf;
    *len = ml_num_fmt(buf, *v);
    return true;
}

/* What it takes to write it, without its bytes. */
static inline int cost_of(const Value *v)
{
    return ml_is_str(*v) ? 1 : ml_is_int(*v) ? 2 : 10;
}

static NatEnd not_a_text(Nat *n, const Tab *t, int64_t i, const Value *v)
{
    if (ml_is_nil(*v) && t->meta && has(n, n->base[0], MM_INDEX))
        return slow(n, "table.concat");
    return ml_error(n, "invalid value (%s) at index %lld in table for 'concat'",
                    ml_type_name(*v), (long long)i);
}

static NatEnd pause_concat(Nat *n, int step, int64_t cur, size_t bytes,
                           size_t offset)
{
    *slot(n, CUR) = ml_v_int(cur);
    *slot(n, BYTES) = ml_v_int((int64_t)bytes);
    *slot(n, OFFSET) = ml_v_int((int64_t)offset);
    return ml_nat_more(n, step);
}

static Str *separator(const Nat *n)
{
    return ml_arg_absent(n, 2) ? NULL : n->base[1].s;
}

static NatEnd changed(Nat *n)
{
    return ml_error(n, "table changed during 'concat'");
}

/* Bytes on their way into the result. */
typedef struct Fill {
    char  *out;
    size_t pos, end;
    size_t skip;            /* what follows is in the result already */
    size_t room;            /* bytes this step may still copy */
} Fill;

/* False: the step's room is used up, or the result's. */
static bool put_part(Fill *f, const char *s, size_t len)
{
    size_t skipped = f->skip < len ? f->skip : len;
    f->skip -= skipped;
    s += skipped;
    len -= skipped;
    size_t part = len < f->room ? len : f->room;
    if (part > f->end - f->pos)
        part = f->end - f->pos;
    if (part)
        memcpy(f->out + f->pos, s, part);
    f->pos += part;
    f->room -= part;
    return part == len;
}

static inline bool put(Fill *f, const char *s, size_t len)
{
    if (f->skip > 0 || len > f->room || len > f->end - f->pos)
        return put_part(f, s, len);
    memcpy(f->out + f->pos, s, len);
    f->pos += len;
    f->room -= len;
    return true;
}

/* Second pass. An element and its separator may take several steps. */
static NatEnd fill(Nat *n)
{
    const Tab *t = ml_rtab(n->p, n->base[0].t);
    const Str *sep = separator(n), *result = slot(n, RESULT)->s;
    int64_t i = slot(n, CUR)->i, last = slot(n, LAST)->i;
    size_t offset = (size_t)slot(n, OFFSET)->i;
    Fill f = { (char *)(uintptr_t)ml_str_data(result),
               (size_t)slot(n, BYTES)->i, result->len, offset, PIECE };
    const char *between = sep ? ml_str_data(sep) : "";
    size_t seplen = sep ? sep->len : 0;
    char buf[NUM_TEXT];

    for (int cost = 0;;) {
        const char *s;
        size_t len, start = f.pos;
        Value v = at(n, t, i);
        if (!text_of(&v, buf, &s, &len))
            return changed(n);
        bool whole = put(&f, s, len) &&
                     (i == last || put(&f, between, seplen));
        if (!whole && f.room > 0)
            return changed(n);
        if (whole && i == last)
            break;
        offset = whole ? 0 : offset + (f.pos - start);
        i += whole;
        cost += cost_of(&v);
        if (cost > SOME || f.room == 0) {
            ml_nat_charge(n, cost + (int64_t)((PIECE - f.room) / 8));
            cost = 0;
            if (ml_nat_spent(n))
                return pause_concat(n, FILL, i, f.pos, offset);
            f.room = PIECE;
            f.skip = offset;
        }
    }
    ml_nat_charge(n, (int64_t)((PIECE - f.room) / 16));
    return f.pos == f.end ? ml_ret1(n, *slot(n, RESULT)) : changed(n);
}

/* First pass: how long the result is, and whether all can be written. */
static NatEnd measure(Nat *n)
{
    const Tab *t = ml_rtab(n->p, n->base[0].t);
    const Str *sep = separator(n);
    int64_t i = slot(n, CUR)->i, last = slot(n, LAST)->i;
    size_t total = (size_t)slot(n, BYTES)->i;
    char buf[NUM_TEXT], *data;

    for (int cost = 0;; i++) {
        const char *s;
        size_t len;
        Value v = at(n, t, i);
        if (!text_of(&v, buf, &s, &len))
            return not_a_text(n, t, i, &v);
        if (sep && i < last)
            len += sep->len;
        if (len > PTRDIFF_MAX / 2 - total)
            return ml_error(n, "resulting string too large");
        if (i == last && ml_nat_collects(n, total + len))
            return pause_concat(n, MEASURE, i, total, 0);
        total += len;
        if (i == last)
            break;
        if ((cost += cost_of(&v)) > SOME) {
            ml_nat_charge(n, cost);
            cost = 0;
            if (ml_nat_spent(n))
                return pause_concat(n, MEASURE, i + 1, total, 0);
        }
    }
    if (!ml_heap_may(n->h, total))
        return ml_error_value(
            n, ml_v_str(ml_sym(ml_nat_vm(n), "not enough memory")));
    *slot(n, RESULT) = ml_v_str(ml_str_room(n->h, total, &data));
    *slot(n, CUR) = *slot(n, FIRST);
    *slot(n, BYTES) = *slot(n, OFFSET) = ml_v_int(0);
    return fill(n);
}

static NatEnd concat(Nat *n)
{
    Tab *t;
    Str *sep;
    int64_t first, last;
    if (n->step == MEASURE)
        return measure(n);
    if (n->step == FILL)
        return fill(n);
    /* holes are found later: only there does __index matter */
    int uses = ml_is_tab(ml_arg(n, 1)) ? TAB_LEN : TAB_READ | TAB_LEN;
    TabLook look = ml_table_look(n, 1, uses, &t);
    if (look == TAB_BAD)
        return NAT_ERR;
    if (look == TAB_META)
        return slow(n, "table.concat");
    if (!ml_arg_opt_str(n, 2, NULL, &sep) ||
        !ml_arg_opt_int(n, 3, 1, &first) ||
        !ml_arg_opt_int(n, 4, ml_tab_len(n->h, t), &last))
        return NAT_ERR;
    if (first > last) {
        ml_push_str(n, "", 0);
        return ml_ret(n, 1);
    }
    ml_push(n, ml_v_int(first));
    ml_push(n, ml_v_int(last));
    ml_push(n, ml_v_int(first));
    ml_push(n, ml_v_int(0));
    ml_push(n, ml_v_int(0));
    ml_push(n, ml_v_nil());
    return measure(n);
}

const NativeDef ml_lib_concat[] = {
    { "concat", concat,
      "table.concat(t [, sep [, i [, j]]])\n"
      "The strings and numbers t[i] .. t[j] as one string, with sep between\n"
      "them. i is 1 and j is #t when left out." },
    { NULL, NULL, NULL }
};
