/*
 * pages.c - very large blocks, straight from the system.
 *
 * A block that is to go stands on a list that lies in the blocks themselves;
 * whoever has a moment cuts a piece off its end, and whoever wants a block looks
 * there first. Who looks takes the whole list, so nobody else can hold a part.
 */
#include "vm/base/pages.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm/base/atomic.h"

struct Doomed {                 /* at the beginning of the block */
    struct Doomed *next;
    size_t         size;        /* a multiple of the page size */
};

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t round_up(size_t n)
{
    size_t page = page_size();
    return (n + page - 1) & ~(page - 1);
}

/* The system moves blocks that begin at multiples of this by whole tables of
 * pages: 2 MiB at a time. */
enum { BIG = 2 << 20, STEP = 2 << 20 };

static void *map(size_t n, int access)
{
    void *p = mmap(NULL, n, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* At a multiple of `step`; both are multiples of the page size. */
static void *map_at(size_t n, size_t step, int access)
{
    char *p = map(n + step, access);
    if (!p)
        return NULL;
    size_t before = (step - (uintptr_t)p % step) % step;
    if (before)
        munmap(p, before);
    if (before < step)
        munmap(p + before + n, step - before);
    return p + before;
}

/* Large pages, where the system has them on request: one fault instead of 512. */
static void *with_large_pages(void *p, size_t n, bool really)
{
#ifdef MADV_HUGEPAGE
    if (p && really)
        madvise(p, n, MADV_HUGEPAGE);
#else
    (void)n, (void)really;
#endif
    return p;
}

/* n is a multiple of the page size. */
static void *map_well(size_t n, int access)
{
    return n < BIG ? map(n, access) : map_at(n, STEP, access);
}

void *ml_pages_aligned(size_t n, bool huge)
{
    return with_large_pages(map_at(n, n, PROT_READ | PROT_WRITE), n, huge);
}

/* Of a smaller block perhaps only a part will be used: no large pages. */
void *ml_pages_new(size_t n)
{
    size_t size = round_up(n);
    return with_large_pages(map_well(size, PROT_READ | PROT_WRITE), size, size >= BIG);
}

void ml_pages_small(void *p, size_t n)
{
#ifdef MADV_NOHUGEPAGE
    size_t before = round_up((uintptr_t)p) - (uintptr_t)p;
    if (n > before)
        madvise((char *)p + before, (n - before) & ~(page_size() - 1), MADV_NOHUGEPAGE);
#else
    (void)p, (void)n;
#endif
}

/* Elsewhere. NULL: no memory. */
static void *move(void *p, size_t from, size_t to)
{
    void *at = map_well(to, PROT_NONE);
    if (!at)
        return NULL;
    if (mremap(p, from, to, MREMAP_MAYMOVE | MREMAP_FIXED, at) != MAP_FAILED)
        return at;
    /* of small pages and of large ones: the system does not move the two together */
    if (mprotect(at, to, PROT_READ | PROT_WRITE) != 0) {
        munmap(at, to);
        return NULL;
    }
    memcpy(at, p, from);
    munmap(p, from);
    return at;
}

void *ml_pages_grow(void *p, size_t osize, size_t nsize)
{
    size_t from = round_up(osize), to = round_up(nsize);
    if (from != to && mremap(p, from, to, 0) == MAP_FAILED) {
        p = move(p, from, to);
        if (!p)
            return NULL;
    }
    with_large_pages(p, to, to >= BIG);
    /* the rest of the last page may have been in use before */
    memset((char *)p + osize, 0, (nsize < from ? nsize : from) - osize);
    return p;
}

void ml_pages_free(void *p, size_t n)
{
    munmap(p, round_up(n));
}

/* --- the list of the doomed --- */

/* Adds a chain that somebody took off. */
static void put_back(DoomedList *list, Doomed *chain)
{
    Doomed *others = NULL;
    while (chain && !ml_cas(&list->head, &others, chain)) {
        /* newer ones, and few */
        Doomed *first = ml_swap(&list->head, NULL), **end = &first;
        while (*end)
            end = &(*end)->next;
        *end = chain;
        chain = first;
        others = NULL;
    }
}

void ml_pages_doom(DoomedList *list, void *p, size_t n)
{
    Doomed *d = p, *old = ml_load(&list->head);
    d->size = round_up(n);
    ml_add(&list->bytes, d->size);
    do
        d->next = old;
    while (!ml_cas(&list->head, &old, d));
}

void ml_pages_cut(DoomedList *list, void *p, size_t osize, size_t nsize, size_t used)
{
    size_t from = round_up(osize), to = round_up(nsize), fresh = list ? round_up(used) : to;
    if (fresh < to)
        fresh = to;
    if (fresh < from)
        munmap((char *)p + fresh, from - fresh);
    if (to < fresh && to < from)
        ml_pages_doom(list, (char *)p + to, (fresh < from ? fresh : from) - to);
}

/* Is a better than b for n bytes? One that is too short grows. */
static bool fits_better(const Doomed *a, const Doomed *b, size_t n)
{
    if (!b || (a->size >= n) != (b->size >= n))
        return !b || a->size >= n;
    return a->size >= n ? a->size < b->size : a->size > b->size;
}

/* The best of the newest for n bytes, taken off the list; or NULL. */
static Doomed *take_best(DoomedList *list, size_t n)
{
    enum { LOOK = 8 };
    Doomed *chain = ml_swap(&list->head, NULL), **at = &chain, **best = NULL;
    for (int k = 0; *at && k < LOOK; k++, at = &(*at)->next)
        if (fits_better(*at, best ? *best : NULL, n))
            best = at;
    Doomed *d = best ? *best : NULL;
    if (d) {
        *best = d->next;
        ml_sub(&list->bytes, d->size);
    }
    put_back(list, chain);
    return d;
}

void *ml_pages_reuse(DoomedList *list, size_t n, size_t *used)
{
    size_t want = round_up(n);
    Doomed *d = ml_load(&list->head) ? take_best(list, want) : NULL;
    *used = 0;
    if (!d)
        return ml_pages_new(n);
    size_t size = d->size;
    *used = size < n ? size : n;
    if (size >= want) {
        ml_pages_cut(list, d, size, want, size);
        return d;
    }
    void *p = ml_pages_grow(d, size, want);
    if (!p)
        ml_pages_doom(list, d, size);
    return p;
}

bool ml_pages_reap(DoomedList *list, size_t n)
{
    Doomed *d = ml_swap(&list->head, NULL);
    if (!d)
        return false;
    size_t left = n & ~(page_size() - 1);
    while (d && left > 0) {
        Doomed *next = d->next;
        size_t size = d->size < left ? d->size : left;
        left -= size;
        ml_sub(&list->bytes, size);
        d->size -= size;
        bool whole = d->size == 0;
        munmap((char *)d + d->size, size);
        if (whole)
            d = next;
    }
    put_back(list, d);
    return true;
}
