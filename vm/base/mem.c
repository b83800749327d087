/*
 * mem.c - the account every byte is booked on.
 *
 * A request books its bytes first and takes them second, so that two threads
 * can never pass the limit together; what could not be had is booked back.
 * Shrinking and freeing are never refused by the limit or by `fail_in`, only
 * growing is. A thread with a share (share.h) books there, and tells the account
 * when that is much.
 */

#include "vm/base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "vm/base/atomic.h"
#include "vm/base/check.h"

enum { SHARE_MOST = 256 * 1024 };       /* bytes a share books before it tells */

typedef struct MemShares {
    Slabs  slabs;
    Lock   lock;
    Share *first;
} MemShares;

/* Of the calling thread; or NULL. */
static _Thread_local Share *mine __attribute__((tls_model("initial-exec")));

static inline Share *share_of(const Mem *m)
{
    Share *h = mine;
    return h && h->mem == m ? h : NULL;
}

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
    m->shares = NULL;
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

static void note_peak(Mem *m, size_t used)
{
    size_t peak = ml_load(&m->peak);
    while (used > peak && !ml_cas(&m->peak, &peak, used))
        ;
}

/* Shares tell what they booked in any order: for a moment the account may stand
 * below zero. */
static __attribute__((noinline)) void tell(Share *h, int64_t n)
{
    size_t used = ml_add(&h->mem->used, (size_t)n) + (size_t)n;
    ml_store_relaxed(&h->booked, 0);
    if ((ptrdiff_t)used > 0)
        note_peak(h->mem, used);
}

static inline bool is_much(int64_t booked) { return booked > SHARE_MOST || booked < -SHARE_MOST; }

static inline void book_share(Share *h, int64_t n)
{
    int64_t booked = ml_load_relaxed(&h->booked) + n;
    if (ML_UNLIKELY(is_much(booked)))
        tell(h, booked);
    else
        ml_store_relaxed(&h->booked, booked);
}

/* It has many spares of class c, or has booked much. */
static __attribute__((noinline)) void settle_share(Share *h, Slabs *s, unsigned c)
{
    int64_t booked = ml_load_relaxed(&h->booked);
    if (is_much(booked))
        tell(h, booked);
    if (ml_share_has_many(h, c))
        ml_share_return(h, s, c);
}

static bool book(Mem *m, size_t n)
{
    size_t used;
    Share *h = share_of(m);
    if (ML_UNLIKELY(ml_load_relaxed(&m->fail_in) > 0) && must_fail(m))
        return false;
    if (h) {
        book_share(h, (int64_t)n);
        return true;
    }
    if (m->limit) {
        used = ml_load(&m->used);
        do {
            if (used > m->limit || n > m->limit - used)
                return false;
        } while (!ml_cas(&m->used, &used, used + n));
    } else {
        used = ml_add(&m->used, n);
    }
    note_peak(m, used + n);
    return true;
}

static void unbook(Mem *m, size_t n)
{
    Share *h = share_of(m);
    if (h) {
        book_share(h, -(int64_t)n);
        return;
    }
    size_t before = ml_sub(&m->used, n);
    ML_CHECK(m->shares || before >= n);
}

/* --- blocks, that are booked --- */

static inline bool is_small(const Mem *m, size_t n) { return n <= SLAB_MOST && m->shares; }

static void *new_block(Mem *m, size_t n)
{
    if (!is_small(m, n))
        return m->fn(m->ud, NULL, 0, n);
    Share *h = share_of(m);
    if (h)
        return ml_share_take(h, &m->shares->slabs, ml_slab_class(n));
    Spare *one;
    ml_slabs_take(&m->shares->slabs, ml_slab_class(n), 1, &one);
    return one;
}

static void free_block(Mem *m, void *p, size_t n)
{
    if (!is_small(m, n)) {
        m->fn(m->ud, p, n, 0);
        return;
    }
    Share *h = share_of(m);
    if (h) {
        ml_share_put(h, ml_slab_class(n), p);
        settle_share(h, &m->shares->slabs, ml_slab_class(n));
    } else {
        Spare *one = p;
        one->next = NULL;
        ml_slabs_give(&m->shares->slabs, ml_slab_class(n), one);
    }
}

static void *change_block(Mem *m, void *p, size_t osize, size_t nsize)
{
    bool was = is_small(m, osize), is = is_small(m, nsize);
    if (!was && !is)
        return m->fn(m->ud, p, osize, nsize);
    if (was && is && ml_slab_class(osize) == ml_slab_class(nsize))
        return p;
    void *q = new_block(m, nsize);
    if (!q)
        return NULL;
    memcpy(q, p, osize < nsize ? osize : nsize);
    free_block(m, p, osize);
    return q;
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

/* A spare of a thread with a share, the usual case. NULL: look closer. */
static inline void *alloc_small(Mem *m, size_t n)
{
    Share *h = mine;
    if (n == 0 || n > SLAB_MOST || !h || h->mem != m || ML_UNLIKELY(ml_load_relaxed(&m->fail_in) > 0))
        return NULL;
    void *p = ml_share_spare(h, ml_slab_class(n));
    if (ML_LIKELY(p != NULL))
        book_share(h, (int64_t)n);
    return p;
}

static __attribute__((noinline)) void *alloc_any(Mem *m, size_t n)
{
    if (n == 0 || n > PTRDIFF_MAX || !book(m, n))
        return NULL;
    void *p = new_block(m, n);
    if (!p) {
        unbook(m, n);
        return NULL;
    }
    poison(p, n, 0xA5);
    return p;
}

void *ml_mem_alloc(Mem *m, size_t n)
{
    void *small = alloc_small(m, n);
    return ML_LIKELY(small != NULL) ? small : alloc_any(m, n);
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

void ml_mem_use_slowly(Mem *m, void *p, size_t n)
{
    if (m->fn == default_fn && n >= PAGES_MIN)
        ml_pages_small(p, n);
}

void *ml_mem_zalloc(Mem *m, size_t n)
{
    /* fresh pages are zero, and stay untouched */
    if (m->fn == default_fn && !is_small(m, n)) {
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
    void *q = change_block(m, p, osize, nsize);
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

static __attribute__((noinline)) void free_any(Mem *m, void *p, size_t size)
{
    poison(p, size, 0xDB);
    free_block(m, p, size);
    unbook(m, size);
}

void ml_mem_free(Mem *m, void *p, size_t size)
{
    if (!p)
        return;
    Share *h = mine;
    if (ML_UNLIKELY(size > SLAB_MOST || !h || h->mem != m)) {
        free_any(m, p, size);
        return;
    }
    unsigned c = ml_slab_class(size);
    int64_t booked = ml_load_relaxed(&h->booked) - (int64_t)size;
    ml_store_relaxed(&h->booked, booked);
    ml_share_put(h, c, p);
    if (ML_UNLIKELY(is_much(booked) || ml_share_has_many(h, c)))
        settle_share(h, &m->shares->slabs, c);
}

size_t ml_mem_used(Mem *m)
{
    if (!m->shares)
        return ml_load(&m->used);
    ml_lock(&m->shares->lock);
    size_t used = ml_load(&m->used);
    for (Share *h = m->shares->first; h; h = h->next)
        used += (size_t)ml_load_relaxed(&h->booked);
    ml_unlock(&m->shares->lock);
    return (ptrdiff_t)used > 0 ? used : 0;
}

/* --- shares --- */

/* What is allocated while there are no shares comes from the C library, and goes there. */
bool ml_mem_open_shares(Mem *m)
{
    if (m->fn != default_fn || m->limit)
        return true;
    MemShares *s = ml_mem_alloc(m, sizeof *s);
    if (!s)
        return false;
    ml_slabs_init(&s->slabs, m->ud);
    ml_lock_init(&s->lock);
    s->first = NULL;
    m->shares = s;
    return true;
}

void ml_mem_close_shares(Mem *m)
{
    MemShares *s = m->shares;
    m->shares = NULL;
    if (!s)
        return;
    ml_slabs_fini(&s->slabs);
    ml_lock_fini(&s->lock);
    ml_mem_free(m, s, sizeof *s);
    ml_mem_reap(m, SIZE_MAX);
}

void ml_mem_join(Mem *m, Share *h)
{
    MemShares *s = m->shares;
    if (!s)
        return;
    ml_share_init(h, m);
    ml_lock(&s->lock);
    h->next = s->first;
    s->first = h;
    ml_unlock(&s->lock);
    mine = h;
}

void ml_mem_leave(Mem *m, Share *h)
{
    MemShares *s = m->shares;
    if (!s)
        return;
    mine = NULL;
    ml_share_drop(h, &s->slabs);
    ml_lock(&s->lock);
    tell(h, ml_load_relaxed(&h->booked));
    for (Share **at = &s->first; *at; at = &(*at)->next)
        if (*at == h) {
            *at = h->next;
            break;
        }
    ml_unlock(&s->lock);
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

bool ml_mem_trim(Mem *m)
{
    return m->shares && ml_slabs_trim(&m->shares->slabs);
}

uint64_t ml_mem_waits(Mem *m)
{
    return m->shares ? ml_load_relaxed(&m->shares->lock.waits) + ml_slabs_waits(&m->shares->slabs) : 0;
}

bool ml_mem_reap(Mem *m, size_t n)
{
    return ml_pages_reap(&m->doomed, n);
}
