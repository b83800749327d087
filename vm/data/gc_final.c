/*
 * gc_final.c - objects whose metatable has __gc.
 *
 * They stand on a list of the heap in the order in which they got it. Those
 * that a collection does not reach are brought over all the same and become
 * due: their finalisers run one by one at safe points, the latest first.
 *
 *     v   [ waiting ........ n |   cap ][ due, in the order of calls  | 2 cap ]
 *
 * There is room for all of them in either part, so that a collection never
 * has to ask for memory here.
 */
#include <string.h>

#include "vm/data/gc_in.h"
#include "vm/data/quota.h"

typedef struct Finals {
    size_t bytes;               /* of this block */
    uint32_t n, cap;
    uint32_t old;               /* of the n, so many are old objects (old.h) */
    uint32_t due, end;          /* v[cap + due .. cap + end) are due */
    Value  v[];
} Finals;

static Finals *finals_of(Heap *h) { return (Finals *)(void *)h->finals; }
static uint32_t ndue(const Finals *f) { return f->end - f->due; }

static Finals *more_room(Heap *h, Finals *f)
{
    uint32_t cap = f ? f->cap * 2 : 4;
    size_t bytes = sizeof(Finals) + 2 * cap * sizeof(Value);
    if (h->quota && !ml_quota_take_now(h, bytes))
        h->oom(h, bytes);
    Finals *g = ml_mem_zalloc(h->mem, bytes);
    if (!g)
        h->oom(h, bytes);
    if (h->quota)
        h->quota->aside += bytes - (f ? f->bytes : 0);
    g->bytes = bytes;
    g->cap = cap;
    if (f) {
        g->n = f->n;
        g->old = f->old;
        g->end = ndue(f);
        memcpy(g->v, f->v, f->n * sizeof(Value));
        memcpy(g->v + cap, f->v + f->cap + f->due, ndue(f) * sizeof(Value));
        ml_mem_free(h->mem, f, f->bytes);
    }
    h->finals = (Obj *)(void *)g;
    return g;
}

void ml_gc_mark_final(Heap *h, Obj *o)
{
    Finals *f = finals_of(h);
    if (h->ending || (o->flags & (OF_FINAL | OF_SHARED)))
        return;
    if (!f || f->n + ndue(f) == f->cap)
        f = more_room(h, f);
    o->flags |= OF_FINAL;
    f->v[f->n++] = (Value){ .o = o, .tag = o->kind == OBJ_TAB ? TAG_TAB : TAG_UDATA };
}

bool ml_gc_next_final(Heap *h, Value *out)
{
    Finals *f = finals_of(h);
    if (!f || ndue(f) == 0)
        return false;
    ml_set(out, &f->v[f->cap + f->due++]);
    return true;
}

/* So that there is room behind them. */
static void pack_due(Finals *f)
{
    Value *due = f->v + f->cap;
    memmove(due, due + f->due, ndue(f) * sizeof(Value));
    f->end = ndue(f);
    f->due = 0;
}

static void make_due(Finals *f, Value v)
{
    v.o->flags &= (uint8_t)~OF_FINAL;
    f->v[f->cap + f->end++] = v;
}

void ml_gc_finals_all(Heap *h)
{
    Finals *f = finals_of(h);
    h->ending = true;
    if (!f)
        return;
    pack_due(f);
    while (f->n > 0)
        make_due(f, f->v[--f->n]);
    f->old = 0;
}

void ml_gc_final_roots(Gc *gc)
{
    Finals *f = finals_of(gc->h);
    if (f)
        ml_gc_values(gc, f->v + f->cap + f->due, ndue(f));
}

bool ml_gc_separate(Gc *gc)
{
    Finals *f = finals_of(gc->h);
    if (!f || f->n == 0)
        return false;
    pack_due(f);
    uint32_t first = f->end, kept = 0;
    for (uint32_t i = f->n; i-- > 0;)           /* the latest first */
        if (!ml_gc_is_alive(gc, f->v[i].o)) {
            f->v[f->cap + f->end++] = f->v[i];
            f->v[i] = ml_v_nil();
        }
    for (uint32_t i = 0; i < f->n; i++)
        if (!ml_is_nil(f->v[i])) {
            ml_gc_value(gc, &f->v[i]);
            f->v[kept++] = f->v[i];
        }
    f->n = f->old = kept;
    for (uint32_t i = first; i < f->end; i++) {
        ml_gc_value(gc, &f->v[f->cap + i]);
        f->v[f->cap + i].o->flags &= (uint8_t)~OF_FINAL;
    }
    return f->end > first;
}

void ml_gc_keep_finals(Gc *gc)
{
    Finals *f = finals_of(gc->h);
    if (!f)
        return;
    ml_gc_values(gc, f->v + f->old, f->n - f->old);
    f->old = f->n;
}

void ml_gc_free_finals(Heap *h)
{
    Finals *f = finals_of(h);
    if (f)
        ml_mem_free(h->mem, f, f->bytes);
    h->finals = NULL;
}
