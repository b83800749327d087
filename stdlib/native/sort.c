/*
 * sort.c - table.sort without a comparator, for arrays of numbers or of
 * strings. Everything else (a comparator, metamethods, mixed values, strings of
 * which one comparison takes long) is sorted by stdlib/table.lua.
 *
 * A merge sort from the bottom up: runs of RUN elements are sorted by
 * insertion, then runs of equal width are merged pairwise from one array into
 * another, to and fro. It never takes longer than n log n, needs no stack,
 * and can stop after any element, with its state in slots above the arguments.
 *
 *     source  [ run | run | run | run ]      width
 *                \   /       \   /
 *     target  [   run    |    run     ]      2 * width
 */
#include <string.h>

#include "stdlib/native/libs.h"
#include "stdlib/native/table.h"
#include "vm/data/num.h"
#include "vm/data/old.h"
#include "vm/run/long.h"

enum { RUN = 8, SLICE = 2048 };             /* SLICE: elements between two looks at the clock */

enum { CLASSIFY = 1, RUNS, MERGE, BACK };   /* steps */

/* The slots. LEFT and RIGHT are the cursors of a merge; its pair of runs
 * begins at LOW. OTHER is the second array, a table nobody else sees. */
enum { COUNT, KIND, WIDTH, LOW, LEFT, RIGHT, SWAPPED, OTHER, SLOTS };

enum { NONE, INTEGERS, NUMBERS, STRINGS };  /* kinds of elements */

/* --- comparing --- */

static bool number_less(Value a, Value b)
{
    if (ml_is_int(a))
        return ml_is_int(b) ? a.i < b.i : ml_int_lt_float(a.i, b.n);
    return ml_is_int(b) ? ml_float_lt_int(a.n, b.i) : a.n < b.n;
}

/* Long texts that begin alike are charged by what is compared. */
static bool string_less(Nat *n, const Str *a, const Str *b)
{
    size_t len = a->len < b->len ? a->len : b->len;
    const char *s = ml_str_data(a), *t = ml_str_data(b);
    while (len > 1 << 12) {
        int c = memcmp(s, t, 1 << 12);
        ml_nat_charge(n, 16);
        if (c)
            return c < 0;
        s += 1 << 12;
        t += 1 << 12;
        len -= 1 << 12;
    }
    int c = memcmp(s, t, len);
    return c < 0 || (c == 0 && a->len < b->len);
}

/* The kind is looked at once more: a finaliser may have written into the
 * table since it was classified. */
static inline __attribute__((always_inline)) bool
less(Nat *n, int kind, const Value *a, const Value *b)
{
    if (kind == INTEGERS)
        return a->i < b->i;
    if (kind == NUMBERS)
        return ml_is_number(*a) && ml_is_number(*b) && number_less(*a, *b);
    return ml_is_str(*a) && ml_is_str(*b) && string_less(n, a->s, b->s);
}

/* --- the two phases --- */

static inline __attribute__((always_inline)) void
sort_run(Nat *n, int kind, Value *v, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        Value x = v[i];
        uint32_t k = i;
        for (; k > 0 && less(n, kind, &x, &v[k - 1]); k--)
            ml_set(&v[k], &v[k - 1]);
        ml_set(&v[k], &x);
    }
}

typedef struct Merge {
    const Value *src;
    Value       *dst;
    uint32_t     left, mid, right, high;    /* left .. mid-1, right .. high-1 remain */
} Merge;

static uint32_t copy_some(Merge *m, uint32_t *from, uint32_t end, uint32_t to,
                          uint32_t max)
{
    uint32_t count = end - *from < max ? end - *from : max;
    memcpy(&m->dst[to], &m->src[*from], count * sizeof(Value));
    *from += count;
    return count;
}

/* Merges on, for about `max` elements; returns how many. */
static inline __attribute__((always_inline)) uint32_t
merge_some(Nat *n, int kind, Merge *m, uint32_t max)
{
    const Value *src = m->src;
    uint32_t l = m->left, r = m->right, mid = m->mid, high = m->high;
    uint32_t low = l + (r - mid), k = low, end = low + max;

    /* in order already: one behind the other */
    if (l < mid && r == mid && r < high &&
        !less(n, kind, &src[mid], &src[mid - 1]))
        return copy_some(m, &m->left, mid, k, max);
    while (l < mid && r < high && k < end && !(kind == STRINGS && ml_nat_spent(n)))
        if (less(n, kind, &src[r], &src[l]))
            ml_set(&m->dst[k++], &src[r++]);
        else
            ml_set(&m->dst[k++], &src[l++]);
    m->left = l;
    m->right = r;
    if (l == mid && r < high && k < end)
        k += copy_some(m, &m->right, high, k, end - k);
    else if (r == high && l < mid && k < end)
        k += copy_some(m, &m->left, mid, k, end - k);
    return k - low;
}

static uint32_t merge_kind(Nat *n, int kind, Merge *m, uint32_t max)
{
    if (kind == INTEGERS)
        return merge_some(n, INTEGERS, m, max);
    if (kind == NUMBERS)
        return merge_some(n, NUMBERS, m, max);
    return merge_some(n, STRINGS, m, max);
}

static void sort_run_kind(Nat *n, int kind, Value *v, uint32_t count)
{
    if (kind == INTEGERS)
        sort_run(n, INTEGERS, v, count);
    else if (kind == NUMBERS)
        sort_run(n, NUMBERS, v, count);
    else
        sort_run(n, STRINGS, v, count);
}

/* --- steps --- */

/* Both arrays, if they are still as large as at the beginning. */
static bool arrays(Nat *n, Value **a, Value **b)
{
    Tab *t = ml_wtab(n, n->base[0].t);
    if (!t)
        return false;
    int64_t count = slot(n, COUNT)->i;
    if (t->asize < count) {
        ml_error(n, "table changed during 'sort'");
        return false;
    }
    *a = t->arr;
    *b = ml_is_tab(*slot(n, OTHER)) ? slot(n, OTHER)->t->arr : NULL;
    return true;
}

/* Elements from .. to - 1 of one of the arrays have been set. */
static void filled(Nat *n, const Value *array, uint32_t from, uint32_t to)
{
    Tab *t = ml_rtab(n->p, n->base[0].t);
    if (t->arr != array)
        t = slot(n, OTHER)->t;
    ml_old_filled(n->h, t, array + from, to - from);
}

static bool spent(Nat *n, uint32_t elements, int kind)
{
    ml_nat_charge(n, kind == STRINGS ? elements : elements / 3 + 1);
    return ml_nat_spent(n);
}

static NatEnd copy_back(Nat *n)
{
    Value *a, *b;
    if (!arrays(n, &a, &b))
        return NAT_ERR;
    uint32_t i = (uint32_t)slot(n, LOW)->i, count = (uint32_t)slot(n, COUNT)->i;
    while (i < count) {
        uint32_t part = count - i < SLICE ? count - i : SLICE;
        memcpy(&a[i], &b[i], part * sizeof *a);
        filled(n, a, i, i + part);
        i += part;
        if (spent(n, part / 4, INTEGERS) && i < count) {
            *slot(n, LOW) = ml_v_int(i);
            return ml_nat_more(n, BACK);
        }
    }
    return ml_ret0(n);
}

static inline uint32_t at_most(uint64_t x, uint32_t max)
{
    return x < max ? (uint32_t)x : max;
}

/* Where the next element goes. */
static uint32_t place(const Merge *m) { return m->left + (m->right - m->mid); }

static NatEnd merge(Nat *n)
{
    Value *a, *b;
    if (!arrays(n, &a, &b))
        return NAT_ERR;
    uint32_t count = (uint32_t)slot(n, COUNT)->i, low = (uint32_t)slot(n, LOW)->i;
    uint64_t width = (uint64_t)slot(n, WIDTH)->i;
    int kind = (int)slot(n, KIND)->i;
    bool swapped = ml_is_truthy(*slot(n, SWAPPED));
    Merge m = { swapped ? b : a, swapped ? a : b, (uint32_t)slot(n, LEFT)->i,
                at_most(low + width, count), (uint32_t)slot(n, RIGHT)->i,
                at_most(low + 2 * width, count) };
    uint32_t budget = SLICE;

    for (;;) {
        uint32_t from = place(&m);
        budget -= at_most(merge_kind(n, kind, &m, budget), budget);
        filled(n, m.dst, from, place(&m));
        if (m.left == m.mid && m.right == m.high) {     /* the next two runs */
            low = m.high;
            if (low == count) {
                Value *swap = m.dst;
                m.dst = (Value *)(uintptr_t)m.src;
                m.src = swap;
                swapped = !swapped;
                width *= 2;
                low = 0;
                if (width >= count)
                    break;
            }
            m.left = low;
            m.right = m.mid = at_most(low + width, count);
            m.high = at_most(low + 2 * width, count);
        }
        if (budget == 0 || (kind == STRINGS && ml_nat_spent(n))) {
            budget = SLICE;
            if (spent(n, SLICE, kind)) {
                *slot(n, LOW) = ml_v_int(low);
                *slot(n, WIDTH) = ml_v_int((int64_t)width);
                *slot(n, LEFT) = ml_v_int(m.left);
                *slot(n, RIGHT) = ml_v_int(m.right);
                *slot(n, SWAPPED) = ml_v_bool(swapped);
                return ml_nat_more(n, MERGE);
            }
        }
    }
    spent(n, SLICE - budget, kind);
    if (!swapped)
        return ml_ret0(n);
    *slot(n, LOW) = ml_v_int(0);
    return copy_back(n);
}

static NatEnd runs(Nat *n)
{
    Value *a, *b;
    if (!arrays(n, &a, &b))
        return NAT_ERR;
    uint32_t low = (uint32_t)slot(n, LOW)->i, count = (uint32_t)slot(n, COUNT)->i;
    int kind = (int)slot(n, KIND)->i;
    while (low < count) {
        uint32_t part = count - low < RUN ? count - low : RUN;
        sort_run_kind(n, kind, &a[low], part);
        filled(n, a, low, low + part);
        low += part;
        if (low % SLICE == 0)
            spent(n, SLICE * 2, kind);
        if ((low % SLICE == 0 || kind == STRINGS) && ml_nat_spent(n) && low < count) {
            *slot(n, LOW) = ml_v_int(low);
            return ml_nat_more(n, RUNS);
        }
    }
    ml_nat_charge(n, count % SLICE / 2);
    if (count <= RUN)
        return ml_ret0(n);
    *slot(n, OTHER) = ml_v_tab(ml_tab_new(n->h, count, 0));
    *slot(n, LOW) = *slot(n, LEFT) = ml_v_int(0);
    *slot(n, WIDTH) = *slot(n, RIGHT) = ml_v_int(RUN);
    return merge(n);
}

static int kind_of(Value v)
{
    return ml_is_int(v) ? INTEGERS : ml_is_float(v) ? NUMBERS
         : ml_is_str(v) && !ml_is_long(v.s) ? STRINGS : NONE;
}

/* What do t[1] .. t[n] have in common? */
static NatEnd classify(Nat *n)
{
    Value *a, *b;
    if (!arrays(n, &a, &b))
        return NAT_ERR;
    uint32_t i = (uint32_t)slot(n, LOW)->i, count = (uint32_t)slot(n, COUNT)->i;
    int kind = (int)slot(n, KIND)->i;
    while (i < count) {
        int k = kind_of(a[i++]);
        if (i == 1)
            kind = k;
        else if (k != kind)
            kind = k && kind && k != STRINGS && kind != STRINGS ? NUMBERS : NONE;
        if (kind == NONE) {
            return slow(n, "table.sort");
        }
        if (i % SLICE == 0 && spent(n, SLICE / 4, kind) && i < count) {
            *slot(n, LOW) = ml_v_int(i);
            *slot(n, KIND) = ml_v_int(kind);
            return ml_nat_more(n, CLASSIFY);
        }
    }
    *slot(n, LOW) = ml_v_int(0);
    *slot(n, KIND) = ml_v_int(kind);
    return runs(n);
}

static NatEnd begin(Nat *n)
{
    Tab *t;
    TabLook look = ml_table_look(n, 1, TAB_ALL, &t);
    if (look == TAB_BAD)
        return NAT_ERR;
    if (look == TAB_META)
        return slow(n, "table.sort");
    int64_t count = ml_tab_len(n->h, t);
    if (count < 2)
        return ml_ret0(n);
    if (count >= INT32_MAX)
        return ml_arg_error(n, 1, "array too big");
    if (!ml_arg_absent(n, 2)) {
        if (!ml_arg_fn(n, 2))
            return NAT_ERR;
        return slow(n, "table.sort");
    }
    if (!(t = ml_wtab(n, n->base[0].t)))
        return NAT_ERR;
    if (t->asize < count)
        return slow(n, "table.sort");
    for (int i = 0; i < SLOTS; i++)
        ml_push(n, ml_v_int(0));
    *slot(n, COUNT) = ml_v_int(count);
    *slot(n, SWAPPED) = ml_v_bool(false);
    return classify(n);
}

static NatEnd sort(Nat *n)
{
    switch (n->step) {
    case CLASSIFY: return classify(n);
    case RUNS:     return runs(n);
    case MERGE:    return merge(n);
    case BACK:     return copy_back(n);
    default:       return begin(n);
    }
}

const NativeDef ml_lib_sort[] = {
    { "sort", sort,
      "table.sort(t [, less])\n"
      "Sorts t[1] .. t[#t] in place. less(a, b) says whether a must come\n"
      "before b; without it `<` does. Equal elements may change places." },
    { NULL, NULL, NULL }
};
