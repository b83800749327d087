/*
 * tab_layout.c - the two parts of a table: their sizes, and how they grow.
 *
 * When a table has no free node for a new key, its keys are counted, and the
 * array part becomes the largest n, a power of two, of which more than half
 * would be in use; the rest goes to the hash part.
 *
 * A small table is laid out anew at once. A large one is split: it gets a
 * small hash part for new keys, is still found to have those of the full one,
 * and is laid out at the next safe point, in slices, before the process goes
 * on:
 *
 *     COUNT_ARRAY, COUNT_WAS, COUNT_SIDE    what keys there are
 *     SHRINK      the end of the array part goes to the new nodes
 *     MOVE_WAS, MOVE_SIDE                   the keys of the nodes before
 *
 * A large array part grows where it lies (heap.h), so that costs no copy.
 */
#include <string.h>

#include "vm/base/check.h"
#include "vm/data/old.h"
#include "vm/data/tab_in.h"

enum {
#ifdef ML_CHECKS
    SPLIT_MIN = 32,             /* entries of a table that is large */
#else
    SPLIT_MIN = 4096,
#endif
    SHARE = 128,                /* see nodes_for */
    SIDE = 16,                  /* nodes of a split table, to begin with */
    COUNTING = 16, MOVING = 128 /* what an entry counts, in bytes of work */
};

typedef struct Census Census;

enum { COUNT_ARRAY, COUNT_WAS, COUNT_SIDE, SHRINK, MOVE_WAS, MOVE_SIDE, OVER };

/* --- the two parts --- */

static ArrObj *arr_obj(const Tab *t)
{
    return (ArrObj *)(void *)((char *)t->arr - offsetof(ArrObj, v));
}

static size_t arr_bytes(uint32_t n)
{
    return sizeof(ArrObj) + n * sizeof(Value);
}

/* All nil. */
static Value *new_arr(Heap *h, uint32_t n)
{
    ArrObj *a = (ArrObj *)(void *)ml_heap_zalloc(h, arr_bytes(n), OBJ_ARR);
    a->cap = n;
    return a->v;
}

static void set_nodes(Heap *h, Tab *t, uint32_t n)
{
    if (n == 0) {
        ml_tab_no_nodes(t);
        return;
    }
    NodesObj *o = (NodesObj *)(void *)ml_heap_zalloc(h, sizeof(NodesObj) + n * sizeof(Node), OBJ_NODES);
    o->count = n;
    t->node = o->n;
    t->mask = n - 1;
    t->lastfree = n;
    ml_old_changed(h, t);
}

/* The least power of two >= n; 0 for 0. */
static uint32_t round_up(uint32_t n)
{
    return n < 2 ? n : (uint32_t)1 << (32 - __builtin_clz(n - 1));
}

static void check_size(Heap *h, uint32_t narr, uint32_t nhash)
{
    if (narr > TAB_MOST || nhash > TAB_MOST)
        h->oom(h, (size_t)(narr > nhash ? narr : nhash) * sizeof(Node));
}

void ml_tab_new_parts(Heap *h, Tab *t, uint32_t narr, uint32_t nhash)
{
    check_size(h, narr, nhash);
    if (narr) {
        t->arr = new_arr(h, narr);
        t->asize = narr;
    }
    if (nhash)
        set_nodes(h, t, round_up(nhash));
}

/* --- counting --- */

static void count_key(Census *c, Value k)
{
    c->total++;
    if (k.tag != TAG_INT || (uint64_t)k.i - 1 >= TAB_MOST)
        return;
    uint32_t i = (uint32_t)k.i;
    c->n[i == 1 ? 0 : 32 - __builtin_clz(i - 1)]++;
    c->ints++;
}

/* Items from + 1 to end of the array part. */
static void count_array(Census *c, const Tab *t, uint32_t from, uint32_t end)
{
    for (uint32_t i = from; i < end;) {
        int b = i == 0 ? 0 : 32 - __builtin_clz(i);
        uint32_t stop = (uint32_t)1 << b, used = 0;
        if (stop > end)
            stop = end;
        for (; i < stop; i++)
            used += t->arr[i].tag != TAG_NIL;
        c->n[b] += used;
        c->ints += used;
        c->total += used;
    }
}

static void count_nodes(Census *c, const Tab *t, uint32_t from, uint32_t end)
{
    for (uint32_t i = from; i < end; i++)
        if (t->node[i].val.tag != TAG_NIL)
            count_key(c, t->node[i].key);
}

/* The largest power of two n such that more than n/2 of 1..n are used, and in
 * *used how many that are. */
static uint32_t array_size(const Census *c, uint32_t *used)
{
    uint32_t best = 0, below = 0;
    *used = 0;
    for (int b = 0; b <= TAB_BITS; b++) {
        uint32_t half = (uint32_t)1 << b >> 1;
        if (c->ints <= half)
            break;
        below += c->n[b];
        if (below > half) {
            best = (uint32_t)1 << b;
            *used = below;
        }
    }
    return best;
}

/* Nodes for nhash keys beside an array part of narr, of a table that had
 * asize and `count`. One that stays nearly full while keys come and go would
 * be here again at once. One that hardly grows has room for a share of what
 * was looked at, so that this is paid for by the keys that come until then: a
 * few fields beside a long array cost no look at all of it each time. */
static uint32_t nodes_for(uint32_t narr, uint32_t nhash, uint32_t asize, uint32_t count)
{
    uint32_t n = round_up(nhash), before = asize + count;
    if (n == count && n >= 16 && n - nhash < n / 8)
        n *= 2;
    if (narr + n < before + before / 4 && n - nhash < before / SHARE)
        n = round_up(nhash + before / SHARE);
    return n;
}

/* --- moving --- */

void ml_tab_lay(Tab *t, Value k, uint32_t hash, Value v)
{
    Node *n = ml_tab_new_key(t, k, hash);
    ML_CHECK(n != NULL);
    ml_set(&n->val, &v);
}

void ml_tab_relay(NodesObj *o, Node *old)
{
    uint32_t n = (uint32_t)o->count;
    Tab t = { .node = o->n, .mask = n - 1, .lastfree = n };
    memcpy(old, o->n, n * sizeof *old);
    memset(o->n, 0, n * sizeof *old);
    for (uint32_t i = 0; i < n; i++)
        if (old[i].val.tag != TAG_NIL)
            ml_tab_lay(&t, old[i].key, old[i].hash, old[i].val);
}

static void grow_array(Heap *h, Tab *t, uint32_t n)
{
    if (t->arr && (arr_obj(t)->h.flags & OF_LARGE)) {
        t->arr = ((ArrObj *)(void *)ml_large_resize(h, &arr_obj(t)->h, arr_bytes(n)))->v;
    } else if (t->arr && arr_bytes(n) < LARGE_MIN &&
               ml_heap_extend(h, arr_obj(t), arr_bytes(t->asize), arr_bytes(n))) {
        memset(t->arr + t->asize, 0, (n - t->asize) * sizeof(Value));
    } else {
        Value *arr = new_arr(h, n);
        if (t->asize)
            memcpy(arr, t->arr, t->asize * sizeof(Value));
        t->arr = arr;
    }
    arr_obj(t)->cap = n;
    t->asize = n;
    ml_old_changed(h, t);
}

/* Items i + 1 to end of an array part that has become shorter. */
static void spill(Heap *h, Tab *t, const Value *old, uint32_t i, uint32_t end)
{
    for (; i < end; i++)
        if (old[i].tag != TAG_NIL)
            ml_tab_lay(t, ml_v_int((int64_t)i + 1), ml_hash_int(h, (int64_t)i + 1), old[i]);
}

static void set_shorter(Heap *h, Tab *t, uint32_t n)
{
    if (n > 0 && arr_bytes(n) >= LARGE_MIN) {
        t->arr = ((ArrObj *)(void *)ml_large_resize(h, &arr_obj(t)->h, arr_bytes(n)))->v;
        arr_obj(t)->cap = n;
    } else {
        Value *arr = n ? new_arr(h, n) : NULL;
        if (n)
            memcpy(arr, t->arr, n * sizeof(Value));
        t->arr = arr;
    }
    t->asize = n;
    ml_old_changed(h, t);
}

/* What lies behind the new end has room in the hash part. */
static void shrink_array(Heap *h, Tab *t, uint32_t n)
{
    spill(h, t, t->arr, n, t->asize);
    set_shorter(h, t, n);
}

static void move_nodes(Heap *h, Tab *t, const Node *n, const Node *end)
{
    for (; n < end; n++) {
        if (n->val.tag == TAG_NIL)
            continue;
        if (n->key.tag == TAG_INT && ml_tab_in_array(t, n->key.i)) {
            ml_set(&t->arr[n->key.i - 1], &n->val);
            ml_old_stored(h, t, &t->arr[n->key.i - 1]);
        } else {
            ml_tab_lay(t, n->key, n->hash, n->val);
        }
    }
}

/* Gives the parts new sizes; nnodes is 0 or a power of two. */
static void lay_out(Heap *h, Tab *t, uint32_t narr, uint32_t nnodes)
{
    const Node *old = t->node;
    uint32_t ocount = ml_tab_nodes(t);

    check_size(h, narr, nnodes);
    if (narr > t->asize)
        grow_array(h, t, narr);
    if (ocount || nnodes)
        set_nodes(h, t, nnodes);
    if (narr < t->asize)
        shrink_array(h, t, narr);
    move_nodes(h, t, old, old + ocount);
    if (t->hint > t->asize)
        t->hint = 0;
}

/* --- large tables --- */

static void split(Heap *h, Tab *t)
{
    Split *s = ml_mem_zalloc(h->mem, sizeof *s);
    if (!s)
        h->oom(h, sizeof *s);
    s->t = t;
    s->was = *t;
    h->split = s;
    h->want_gc |= WANT_SPLIT;
    set_nodes(h, t, SIDE);
}

/* The counting is over. */
static void choose(Heap *h, Split *s)
{
    Tab *t = s->t;
    uint32_t used, narr = array_size(&s->census, &used);
    uint32_t nnodes = nodes_for(narr, s->census.total - used, t->asize, ml_tab_nodes(&s->was));
    check_size(h, narr, nnodes);
    if (narr > t->asize)
        grow_array(h, t, narr);
    s->narr = narr;
    s->side = *t;
    set_nodes(h, t, nnodes);
}

/* What there is to do in a phase. */
static uint32_t phase_end(const Split *s)
{
    switch (s->phase) {
    case COUNT_ARRAY:                   return s->t->asize;
    case COUNT_WAS: case MOVE_WAS:      return ml_tab_nodes(&s->was);
    case COUNT_SIDE:                    return ml_tab_nodes(s->t);
    case SHRINK:                        return s->narr < s->t->asize ? s->t->asize - s->narr : 0;
    case MOVE_SIDE:                     return ml_tab_nodes(&s->side);
    default:                            return 0;
    }
}

static void do_items(Heap *h, Split *s, uint32_t from, uint32_t to)
{
    switch (s->phase) {
    case COUNT_ARRAY: count_array(&s->census, s->t, from, to); break;
    case COUNT_WAS:   count_nodes(&s->census, &s->was, from, to); break;
    case COUNT_SIDE:  count_nodes(&s->census, s->t, from, to); break;
    case SHRINK:      spill(h, s->t, s->t->arr, s->narr + from, s->narr + to); break;
    case MOVE_WAS:    move_nodes(h, s->t, s->was.node + from, s->was.node + to); break;
    case MOVE_SIDE:   move_nodes(h, s->t, s->side.node + from, s->side.node + to); break;
    }
}

static void end_phase(Heap *h, Split *s)
{
    Tab *t = s->t;
    if (s->phase == COUNT_SIDE)
        choose(h, s);
    if (s->phase == SHRINK && s->narr < t->asize)
        set_shorter(h, t, s->narr);
    s->phase++;
    s->at = 0;
}

bool ml_tab_settle_some(Heap *h, int64_t *budget)
{
    Split *s = h->split;
    while (s && s->phase < OVER) {
        int64_t each = s->phase < SHRINK ? COUNTING : MOVING, n = *budget / each;
        uint32_t left = phase_end(s) - s->at;
        if (left > 0 && n <= 0)
            return false;
        if (n > left)
            n = left;
        do_items(h, s, s->at, s->at + (uint32_t)n);
        s->at += (uint32_t)n;
        *budget -= n * each;
        if ((uint32_t)n == left)
            end_phase(h, s);
    }
    if (s && s->t->hint > s->t->asize)
        s->t->hint = 0;
    ml_tab_forget_split(h);
    h->want_gc &= (uint8_t)~WANT_SPLIT;
    return true;
}

void ml_tab_settle(Heap *h, const Tab *t)
{
    int64_t budget = INT64_MAX;
    if (h->split && (!t || h->split->t == t))
        ml_tab_settle_some(h, &budget);
}

void ml_tab_forget_split(Heap *h)
{
    ml_mem_free(h->mem, h->split, sizeof *h->split);
    h->split = NULL;
}

/* --- for tab.c --- */

void ml_tab_rehash(Heap *h, Tab *t, Value key)
{
    Census c = { .total = 0 };
    uint32_t used, nodes = ml_tab_nodes(t);
    if (ml_tab_was(h, t)) {
        if (nodes < SPLIT_MIN)
            lay_out(h, t, t->asize, nodes * 2);
        else
            ml_tab_settle(h, t);
        return;
    }
    if (h->puts_off && t->asize + nodes >= SPLIT_MIN) {
        ml_tab_settle(h, NULL);
        split(h, t);
        return;
    }
    count_array(&c, t, 0, t->asize);
    count_nodes(&c, t, 0, nodes);
    count_key(&c, key);
    uint32_t narr = array_size(&c, &used);
    lay_out(h, t, narr, nodes_for(narr, c.total - used, t->asize, nodes));
}

void ml_tab_resize(Heap *h, Tab *t, uint32_t narr, uint32_t nhash)
{
    ml_tab_settle(h, t);
    check_size(h, narr, nhash);
    if (narr < t->asize)
        narr = t->asize;
    uint32_t kept = 0, count = ml_tab_nodes(t);
    for (uint32_t i = 0; i < count; i++) {
        const Node *n = &t->node[i];
        kept += n->val.tag != TAG_NIL &&
                !(n->key.tag == TAG_INT && (uint64_t)n->key.i - 1 < narr);
    }
    if (nhash < kept)
        nhash = kept;
    uint32_t nnodes = round_up(nhash);
    if (nnodes < count)
        nnodes = count;
    if (narr > t->asize || nnodes > count)
        lay_out(h, t, narr, nnodes);
}
