/*
 * mem.c - the account every byte is booked on.
 *
 * A request books its bytes first and takes them second, so that two threads
 * can never pass the limit together; what could not be had is booked back.
 * Shrinking and freeing are never refused by the limit or by `fail_in`, only
 * growing is.
 */

#include "vm/base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "vm/base/atomic.h"
#include "vm/base/check.h"

static void *new_pages(DoomedList *list, size_t n)
{
    size_t used;
    return list ? ml_pages_reuse(list, n, &used) : ml_pages_new(n);
}

/* A block that grows to be made of pages, or no longer is. */
static void *change_kind(DoomedList *list, void *ptr, size_t osize, size_t nsize)
{
    void *to = nsize >= PAGES_MIN ? new_pages(list, nsize) : malloc(nsize);
    if (!to)
        return NULL;
    memcpy(to, ptr, osize < nsize ? osize : nsize);
    return to;
}

/* The C library's blocks, and pages for very large ones. Which of the two it
 * is, is told by the size. ud: NULL, or the list for pages that are freed. */
static void *default_fn(void *ud, void *ptr, size_t osize, size_t nsize)
{
    bool was_pages = ptr && osize >= PAGES_MIN;
    if (ptr && nsize && was_pages != (nsize >= PAGES_MIN)) {
        void *to = change_kind(ud, ptr, osize, nsize);
        if (to)
            default_fn(ud, ptr, osize, 0);
        return to;
    }
    if (was_pages && nsize && nsize < osize) {
        ml_pages_cut(ud, ptr, osize, nsize, osize);
        return ptr;
    }
    if (nsize >= PAGES_MIN)
        return ptr ? ml_pages_grow(ptr, osize, nsize) : new_pages(ud, nsize);
    if (nsize)
        return realloc(ptr, nsize);
    if (!was_pages)
        free(ptr);
    else if (ud)
        ml_pages_doom(ud, ptr, osize);
    else
        ml_pages_free(ptr, osize);
    return NULL;
}

void ml_mem_init(Mem *m, MemFn fn, void *ud, size_t limit)
{
    m->fn = fn ? fn : default_fn;
    m->ud = ud;
    m->limit = limit;
    atomic_init(&m->used, 0);
    atomic_init(&m->peak, 0);
    atomic_init(&m->fail_in, 0);
    atomic_init(&m->doomed.head, NULL);
    atomic_init(&m->doomed.bytes, 0);
}

/* Is this the request that was chosen to fail? */
static bool must_fail(Mem *m)
{
    int64_t n = ml_load(&m->fail_in);
    while (ML_UNLIKELY(n > 0)) {
        if (ml_cas(&m->fail_in, &n, n - 1))
            return n == 1;
    }
    return false;
}

static bool book(Mem *m, size_t n)
{
    size_t used;
    if (must_fail(m))
        return false;
    if (m->limit) {
        used = ml_load(&m->used);
        do {
            if (used > m->limit || n > m->limit - used)
                return false;
        } while (!ml_cas(&m->used, &used, used + n));
    } else {
        used = ml_add(&m->used, n);
    }
    used += n;
    size_t peak = ml_load(&m->peak);
    while (used > peak && !ml_cas(&m->peak, &peak, used))
        ;
    return true;
}

static void unbook(Mem *m, size_t n)
{
    size_t before = ml_sub(&m->used, n);
    ML_CHECK(before >= n);
}

/* The checks build shows who reads what was never written or is gone. */
static void poison(void *p, size_t n, int byte)
{
#ifdef ML_CHECKS
    memset(p, byte, n);
#else
    (void)p, (void)n, (void)byte;
#endif
}

void *ml_mem_alloc(Mem *m, size_t n)
{
    if (n == 0 || n > PTRDIFF_MAX || !book(m, n))
        return NULL;
    void *p = m->fn(m->ud, NULL, 0, n);
    if (!p) {
        unbook(m, n);
        return NULL;
    }
    poison(p, n, 0xA5);
    return p;
}

void *ml_mem_alloc_warm(Mem *m, size_t n, size_t *used)
{
    *used = n;
    if (m->fn != default_fn || !m->ud || n < PAGES_MIN)
        return ml_mem_alloc(m, n);
    if (n > PTRDIFF_MAX || !book(m, n))
        return NULL;
    void *p = ml_pages_reuse(m->ud, n, used);
    if (!p)
        unbook(m, n);
    return p;
}

bool ml_mem_cut(Mem *m, void *p, size_t osize, size_t nsize, size_t used)
{
    if (m->fn != default_fn || nsize < PAGES_MIN)
        return false;
    ml_pages_cut(m->ud, p, osize, nsize, used);
    unbook(m, osize - nsize);
    return true;
}

void *ml_mem_zalloc(Mem *m, size_t n)
{
    /* fresh pages are zero, and stay untouched */
    if (m->fn == default_fn) {
        if (n == 0 || n > PTRDIFF_MAX || !book(m, n))
            return NULL;
        void *z = n >= PAGES_MIN ? ml_pages_new(n) : calloc(1, n);
        if (!z)
            unbook(m, n);
        return z;
    }
    void *p = ml_mem_alloc(m, n);
    if (p)
        memset(p, 0, n);
    return p;
}

static void *resize(Mem *m, void *p, size_t osize, size_t nsize)
{
    if (!p)
        return ml_mem_alloc(m, nsize);
    if (nsize == 0) {
        ml_mem_free(m, p, osize);
        return NULL;
    }
    if (nsize > PTRDIFF_MAX)
        return NULL;
    if (nsize > osize && !book(m, nsize - osize))
        return NULL;
    void *q = m->fn(m->ud, p, osize, nsize);
    if (!q) {
        if (nsize > osize)
            unbook(m, nsize - osize);
        return NULL;
    }
    if (nsize < osize)
        unbook(m, osize - nsize);
    return q;
}

void *ml_mem_realloc(Mem *m, void *p, size_t osize, size_t nsize)
{
    void *q = resize(m, p, osize, nsize);
    if (q && nsize > osize)
        poison((char *)q + osize, nsize - osize, 0xA5);
    return q;
}

void *ml_mem_zgrow(Mem *m, void *p, size_t osize, size_t nsize)
{
    if (!p)
        return ml_mem_zalloc(m, nsize);
    char *q = resize(m, p, osize, nsize);
    bool fresh = m->fn == default_fn && osize >= PAGES_MIN;     /* zero already */
    if (q && !fresh)
        memset(q + osize, 0, nsize - osize);
    return q;
}

void ml_mem_free(Mem *m, void *p, size_t size)
{
    if (!p)
        return;
    poison(p, size, 0xDB);
    m->fn(m->ud, p, size, 0);
    unbook(m, size);
}

size_t ml_mem_used(Mem *m)
{
    return ml_load(&m->used);
}

void ml_mem_room(Mem *m, size_t n)
{
    if (m->fn != default_fn)
        return;
    void *volatile p = malloc(n);       /* volatile: or both would be optimised away */
    free(p);
}

void ml_mem_put_off(Mem *m)
{
    if (m->fn == default_fn)
        m->ud = &m->doomed;
}

bool ml_mem_has_excess(Mem *m)
{
    enum { KEEP = 64 << 20 };
    return ml_load_relaxed(&m->doomed.bytes) > KEEP + ml_load_relaxed(&m->used) / 2;
}

bool ml_mem_reap(Mem *m, size_t n)
{
    return ml_pages_reap(&m->doomed, n);
}
