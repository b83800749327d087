/*
 * pages.c - very large blocks, straight from the system.
 *
 * A block that is to go stands on a list that lies in the blocks themselves;
 * whoever has a moment cuts a piece off its end.
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
enum { BIG = 4 << 20, STEP = 2 << 20 };

static void *map(size_t n, int access)
{
    void *p = mmap(NULL, n, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* n is a multiple of the page size. */
static void *map_well(size_t n, int access)
{
    if (n < BIG)
        return map(n, access);
    char *p = map(n + STEP, access);
    if (!p)
        return NULL;
    size_t before = (STEP - (uintptr_t)p % STEP) % STEP;
    if (before)
        munmap(p, before);
    if (before < STEP)
        munmap(p + before + n, STEP - before);
    return p + before;
}

void *ml_pages_new(size_t n)
{
    return map_well(round_up(n), PROT_READ | PROT_WRITE);
}

void *ml_pages_grow(void *p, size_t osize, size_t nsize)
{
    size_t from = round_up(osize), to = round_up(nsize);
    if (from != to && mremap(p, from, to, 0) == MAP_FAILED) {
        void *at = map_well(to, PROT_NONE), *q = MAP_FAILED;
        if (at)
            q = mremap(p, from, to, MREMAP_MAYMOVE | MREMAP_FIXED, at);
        if (q == MAP_FAILED) {
            if (at)
                munmap(at, to);
            return NULL;
        }
        p = q;
    }
    /* the rest of the last page may have been in use before */
    memset((char *)p + osize, 0, (nsize < from ? nsize : from) - osize);
    return p;
}

void ml_pages_free(void *p, size_t n)
{
    munmap(p, round_up(n));
}

static void push(DoomedList *list, Doomed *d)
{
    Doomed *old = ml_load(list);
    do
        d->next = old;
    while (!ml_cas(list, &old, d));
}

void ml_pages_doom(DoomedList *list, void *p, size_t n)
{
    Doomed *d = p;
    d->size = round_up(n);
    push(list, d);
}

void ml_pages_cut(DoomedList *list, void *p, size_t osize, size_t nsize)
{
    size_t from = round_up(osize), to = round_up(nsize);
    if (from == to)
        return;
    if (list)
        ml_pages_doom(list, (char *)p + to, from - to);
    else
        munmap((char *)p + to, from - to);
}

bool ml_pages_reap(DoomedList *list, size_t n)
{
    Doomed *d = ml_swap(list, NULL);
    if (!d)
        return false;
    n &= ~(page_size() - 1);
    while (d && n > 0) {
        Doomed *next = d->next;
        if (d->size <= n) {
            n -= d->size;
            munmap(d, d->size);
            d = next;
        } else {
            d->size -= n;
            munmap((char *)d + d->size, n);
            n = 0;
        }
    }
    while (d) {
        Doomed *next = d->next;
        push(list, d);
        d = next;
    }
    return true;
}
