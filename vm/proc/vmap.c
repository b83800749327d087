/*
 * vmap.c - a map that is never laid out anew in one go.
 *
 * A table is open addressing with linear probing; removal closes the gap, so
 * churn leaves nothing behind. A table that is too full, or far too empty, is
 * replaced: a new one is made, and from then on every change of the map moves a
 * few entries over. Until that is over an entry is in one of the two, both of
 * which are proper tables at any time.
 *
 *     old   [. . . . . . a b . c]      now   [. d . . e . . . . . f . . . . . ]
 *                        ^ at
 *
 * What always holds: a key is in one of them at most; old has none before `at`.
 * The move is over before the next is needed. Of a table of size c that grows it
 * takes 7c of work, c/9 changes, and 3c/4 lead to the next; of one that shrinks,
 * 2c of work, c/32 changes, and c/16 lead to the next.
 */
#include "vm/base/check.h"
#include "vm/base/hash.h"
#include "vm/proc/vmap.h"

enum { STEP = 64, MOVE = 8 };   /* work for each change; an entry moved, a free one is 1 */

void ml_vmap_init(VMap *m, Mem *mem)
{
    *m = (VMap){ .mem = mem };
}

/* The smallest table costs nothing: an alias that comes and goes is common. Of
 * the two tables of a map one at most is the smallest. */
static bool make(VMap *m, VMapTable *t, uint32_t cap)
{
    t->e = cap == VMAP_FIRST ? m->first : ml_mem_zalloc(m->mem, cap * sizeof *t->e);
    t->cap = cap;
    t->n = 0;
    return t->e != NULL;
}

/* It is empty, or the map is not used any more. */
static void drop(VMap *m, VMapTable *t)
{
    if (t->e != m->first)
        ml_mem_free(m->mem, t->e, t->cap * sizeof *t->e);
    *t = (VMapTable){ 0 };
}

static size_t bytes(const VMap *m, const VMapTable *t)
{
    return t->e == m->first ? 0 : t->cap * sizeof *t->e;
}

size_t ml_vmap_bytes(const VMap *m)
{
    return bytes(m, &m->now) + bytes(m, &m->old);
}

void ml_vmap_fini(VMap *m)
{
    drop(m, &m->now);
    drop(m, &m->old);
}

/* --- a table --- */

static uint32_t home(const VMapTable *t, Value k)
{
    return ml_hash_u64(k.u ^ k.tag * 31, 0) & (t->cap - 1);
}

/* The entry of k, or the free one where it would go. cap > 0. */
static VMapEntry *find(const VMapTable *t, Value k)
{
    uint32_t i = home(t, k);
    while (t->e[i].k.tag != TAG_NIL && (t->e[i].k.u != k.u || t->e[i].k.tag != k.tag))
        i = (i + 1) & (t->cap - 1);
    return &t->e[i];
}

/* The entry of k, or NULL. */
static VMapEntry *entry(const VMapTable *t, Value k)
{
    VMapEntry *e = t->cap ? find(t, k) : NULL;
    return e && e->k.tag != TAG_NIL ? e : NULL;
}

/* k is not there, and there is room. */
static void put(VMapTable *t, Value k, Value v)
{
    *find(t, k) = (VMapEntry){ k, v };
    t->n++;
}

static void take(VMapTable *t, VMapEntry *e)
{
    uint32_t hole = (uint32_t)(e - t->e), mask = t->cap - 1;
    for (uint32_t i = (hole + 1) & mask; t->e[i].k.tag != TAG_NIL; i = (i + 1) & mask) {
        /* an entry may fill the hole if the hole lies between its home and it */
        if (((i - home(t, t->e[i].k)) & mask) >= ((i - hole) & mask)) {
            t->e[hole] = t->e[i];
            hole = i;
        }
    }
    t->e[hole] = (VMapEntry){ 0 };
    t->n--;
}

/* --- from one table to the next --- */

static void move_some(VMap *m)
{
    VMapTable *t = &m->old;
    for (int left = STEP; left > 0 && t->n; left--) {
        VMapEntry *e = &t->e[m->at];
        if (e->k.tag == TAG_NIL) {
            m->at++;
            continue;
        }
        VMapEntry was = *e;
        take(t, e);             /* another one may lie there now */
        put(&m->now, was.k, was.v);
        left -= MOVE - 1;
    }
    if (!t->n)
        drop(m, t);
}

/* False: no memory, all is as it was. */
static bool replace(VMap *m, uint32_t cap)
{
    VMapTable next;
    while (m->old.cap)
        move_some(m);
    if (!make(m, &next, cap))
        return false;
    m->old = m->now;
    m->now = next;
    m->at = 0;
    if (!m->old.n)
        drop(m, &m->old);
    return true;
}

Value ml_vmap_get(const VMap *m, Value k)
{
    const VMapEntry *e = entry(&m->now, k);
    if (!e)
        e = entry(&m->old, k);
    return e ? e->v : ml_v_nil();
}

bool ml_vmap_set(VMap *m, Value k, Value v)
{
    VMapEntry *e = entry(&m->now, k);
    if (!e)
        e = entry(&m->old, k);
    if (e) {
        e->v = v;
        return true;
    }
    uint32_t cap = m->now.cap;
    if (((uint64_t)ml_vmap_count(m) + 1) * 4 > (uint64_t)cap * 3) {
        if (cap > UINT32_MAX / 4 || !replace(m, cap ? cap * 2 : VMAP_FIRST))
            return false;
    }
    put(&m->now, k, v);
    move_some(m);
    return true;
}

bool ml_vmap_remove(VMap *m, Value k)
{
    VMapTable *t = &m->now;
    VMapEntry *e = entry(t, k);
    if (!e)
        e = entry(t = &m->old, k);
    if (!e)
        return false;
    take(t, e);
    move_some(m);
    uint32_t n = ml_vmap_count(m), cap = m->now.cap;
    if (n == 0)
        ml_vmap_fini(m);
    else if (n < cap / 8 && cap > VMAP_FIRST && !m->old.cap)
        replace(m, cap / 2);            /* no memory: it stays large */
    return true;
}

bool ml_vmap_each(const VMap *m, uint32_t *pos, Value *k, Value *v)
{
    for (; *pos < m->now.cap + m->old.cap; ++*pos) {
        uint32_t i = *pos;
        const VMapEntry *e = i < m->now.cap ? &m->now.e[i] : &m->old.e[i - m->now.cap];
        if (e->k.tag != TAG_NIL) {
            *k = e->k;
            *v = e->v;
            ++*pos;
            return true;
        }
    }
    return false;
}
