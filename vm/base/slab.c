/*
 * slab.c - small blocks: processes, their first heaps, messages.
 *
 *     region   2 MiB at a multiple of 2 MiB   [ head | slab | slab | ... ]
 *     slab     64 KiB of blocks of one class  [ in use, freed ... | fresh ]
 *
 * So a block is told its slab by its address alone. A slab without a block in
 * use goes back to its region, and serves another class next; a region without
 * a slab in use, to the system, but for a few, when ml_slabs_trim is called: now and
 * then, for what many messages took they may take again soon. Fresh blocks lie in a row, so that
 * what is made together lies together.
 *
 * With more than a few regions they are of huge pages, where the system has them:
 * a million processes take a thousand faults then, and not half a million.
 *
 * Locks: that of a class, then that of the regions.
 */
#include "vm/base/slab.h"

#include "vm/base/atomic.h"
#include "vm/base/check.h"

enum { REGION = 2 << 20, SLAB = 64 << 10, SLABS = REGION / SLAB,
       HUGE_FROM = 4, EMPTY_MOST = 8 };

struct Slab {
    Slab    *next, *prev;       /* in the list of its class, while it has a free block */
    Spare   *freed;
    uint32_t fresh;             /* from here on, in bytes, none was in use yet */
    uint16_t live;
    uint16_t class;
};

struct Region {
    Region  *next, *prev;       /* while it has a free slab */
    uint32_t free;              /* bit i: slab i */
    Slab     slabs[SLABS];
};

_Static_assert(SLABS == 32, "a bit for each slab");
#define ALL_FREE UINT32_MAX

static Region *region_of(const void *p) { return (Region *)((uintptr_t)p & ~(uintptr_t)(REGION - 1)); }
static unsigned index_of(const Region *r, const void *p)
{
    return (unsigned)((size_t)((const char *)p - (const char *)r) / SLAB);
}
static char *bytes_of(Slab *b)
{
    Region *r = region_of(b);
    return (char *)r + (size_t)(b - r->slabs) * SLAB;
}

void ml_slabs_init(Slabs *s, DoomedList *doomed)
{
    *s = (Slabs){ .doomed = doomed };
    for (unsigned c = 0; c < SLAB_CLASSES; c++)
        ml_lock_init(&s->classes[c].lock);
    ml_lock_init(&s->lock);
}

static void free_all(Region *r)
{
    for (Region *next; r; r = next) {
        next = r->next;
        ml_pages_free(r, REGION);
    }
}

void ml_slabs_fini(Slabs *s)
{
    for (unsigned c = 0; c < SLAB_CLASSES; c++)
        ml_lock_fini(&s->classes[c].lock);
    ml_lock_fini(&s->lock);
    free_all(s->regions);
    free_all(s->empty);
}

/* --- regions; under the lock of the regions --- */

static void link_region(Region **list, Region *r)
{
    r->prev = NULL;
    r->next = *list;
    if (r->next)
        r->next->prev = r;
    *list = r;
}

static void unlink_region(Region **list, Region *r)
{
    *(r->prev ? &r->prev->next : list) = r->next;
    if (r->next)
        r->next->prev = r->prev;
}

static void count_empty(Slabs *s, int by)
{
    ml_store_relaxed(&s->nempty, ml_load_relaxed(&s->nempty) + (unsigned)by);
}

static bool add_region(Slabs *s)
{
    Region *r = ml_pages_aligned(REGION, s->nregions >= HUGE_FROM);
    if (!r)
        return false;
    r->free = ALL_FREE;
    s->nregions++;
    link_region(&s->regions, r);
    return true;
}

/* One with a free slab, or NULL. */
static Region *region_with_room(Slabs *s)
{
    Region *r = s->empty;
    if (!s->regions && r) {
        unlink_region(&s->empty, r);
        count_empty(s, -1);
        link_region(&s->regions, r);
    }
    return s->regions || add_region(s) ? s->regions : NULL;
}

bool ml_slabs_trim(Slabs *s)
{
    if (ml_load_relaxed(&s->nempty) <= EMPTY_MOST)
        return false;
    ml_lock(&s->lock);
    Region *r = ml_load_relaxed(&s->nempty) > EMPTY_MOST ? s->empty : NULL;
    if (r) {
        unlink_region(&s->empty, r);
        count_empty(s, -1);
        s->nregions--;
    }
    ml_unlock(&s->lock);
    if (!r)
        return false;
    if (s->doomed)
        ml_pages_doom(s->doomed, r, REGION);
    else
        ml_pages_free(r, REGION);
    return true;
}

/* --- slabs; under the lock of the class --- */

static void link_slab(SlabClass *k, Slab *b)
{
    b->prev = NULL;
    b->next = k->first;
    if (b->next)
        b->next->prev = b;
    k->first = b;
}

static void unlink_slab(SlabClass *k, Slab *b)
{
    *(b->prev ? &b->prev->next : &k->first) = b->next;
    if (b->next)
        b->next->prev = b->prev;
}

static bool has_room(const Slab *b) { return b->freed || b->fresh + ml_slab_size(b->class) <= SLAB; }

static bool add_slab(Slabs *s, unsigned c)
{
    ml_lock(&s->lock);
    Region *r = region_with_room(s);
    unsigned i = 0;
    if (r) {
        i = (unsigned)__builtin_ctz(r->free);
        r->free &= r->free - 1;
        if (!r->free)
            unlink_region(&s->regions, r);
    }
    ml_unlock(&s->lock);
    if (!r)
        return false;
    uint32_t head = i == 0 ? (sizeof *r + 63) & ~63u : 0;
    r->slabs[i] = (Slab){ .fresh = head, .class = (uint16_t)c };
    link_slab(&s->classes[c], &r->slabs[i]);
    return true;
}

static void drop_slab(Slabs *s, Slab *b)
{
    unlink_slab(&s->classes[b->class], b);
    Region *r = region_of(b);
    ml_lock(&s->lock);
    if (!r->free)
        link_region(&s->regions, r);
    r->free |= UINT32_C(1) << (b - r->slabs);
    if (r->free == ALL_FREE) {
        unlink_region(&s->regions, r);
        link_region(&s->empty, r);
        count_empty(s, 1);
    }
    ml_unlock(&s->lock);
}

/* --- blocks --- */

/* From b to the end of the list, at most n; how many. */
static unsigned take_from(Slab *b, unsigned n, Spare ***end)
{
    unsigned got = 0;
    size_t size = ml_slab_size(b->class);
    char *bytes = bytes_of(b);
    for (; got < n && has_room(b); got++) {
        Spare *it = b->freed;
        if (it) {
            b->freed = it->next;
        } else {
            it = (Spare *)(void *)(bytes + b->fresh);
            b->fresh += (uint32_t)size;
        }
        **end = it;
        *end = &it->next;
    }
    b->live = (uint16_t)(b->live + got);
    return got;
}

unsigned ml_slabs_take(Slabs *s, unsigned c, unsigned n, Spare **list)
{
    SlabClass *k = &s->classes[c];
    unsigned got = 0;
    Spare **end = list;
    ml_lock(&k->lock);
    while (got < n && (k->first || add_slab(s, c))) {
        Slab *b = k->first;
        got += take_from(b, n - got, &end);
        if (!has_room(b))
            unlink_slab(k, b);
    }
    ml_unlock(&k->lock);
    *end = NULL;
    return got;
}

void ml_slabs_give(Slabs *s, unsigned c, Spare *list)
{
    SlabClass *k = &s->classes[c];
    ml_lock(&k->lock);
    for (Spare *it = list, *next; it; it = next) {
        next = it->next;
        Region *r = region_of(it);
        Slab *b = &r->slabs[index_of(r, it)];
        if (!has_room(b))
            link_slab(k, b);
        it->next = b->freed;
        b->freed = it;
        ML_CHECK(b->class == c && b->live > 0);
        if (--b->live == 0 && (b->next || b->prev))     /* the last one stays */
            drop_slab(s, b);
    }
    ml_unlock(&k->lock);
}

uint64_t ml_slabs_waits(Slabs *s)
{
    uint64_t n = ml_load_relaxed(&s->lock.waits);
    for (unsigned c = 0; c < SLAB_CLASSES; c++)
        n += ml_load_relaxed(&s->classes[c].lock.waits);
    return n;
}
