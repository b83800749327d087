#ifndef ML_SHARE_H
#define ML_SHARE_H

#include "vm/base/atomic.h"
#include "vm/base/check.h"
#include "vm/base/slab.h"

/*
 * share.h - what a thread has of an account (mem.h), so that threads which
 * allocate and free all the time do not meet there.
 *
 * It has the bytes that its thread took or gave back since it last told the
 * account, and spares: blocks for its next requests. It fetches them from the
 * slabs in batches, and gives back a batch when it has two; so they come back to who
 * sends messages from who reads them.
 *
 * About 1.2 KB for each thread, and at most 32 KiB of spares of each of 76 sizes.
 */
struct Mem;

typedef struct Share {
    struct Mem      *mem;
    struct Share    *next;              /* of the account; under its lock */
    _Atomic(int64_t) booked;            /* not told yet; its thread writes */
    struct { Spare *first; uint32_t n, batch; } spares[SLAB_CLASSES];
} Share;

void ml_share_init(Share *h, struct Mem *mem);
/* Its thread. */
bool ml_share_fetch(Share *h, Slabs *s, unsigned c);
void ml_share_return(Share *h, Slabs *s, unsigned c);
void ml_share_drop(Share *h, Slabs *s);

/* A spare of class c. NULL: there is none. */
static inline void *ml_share_spare(Share *h, unsigned c)
{
    Spare *it = h->spares[c].first;
    if (ML_UNLIKELY(!it))
        return NULL;
    h->spares[c].first = it->next;
    h->spares[c].n--;
    return it;
}

/* A block of class c. NULL: no memory. */
static inline void *ml_share_take(Share *h, Slabs *s, unsigned c)
{
    void *it = ml_share_spare(h, c);
    return it || !ml_share_fetch(h, s, c) ? it : ml_share_spare(h, c);
}

/* p is a spare from now on. Then, if there are many, the caller returns some. */
static inline void ml_share_put(Share *h, unsigned c, void *p)
{
    Spare *it = p;
    it->next = h->spares[c].first;
    h->spares[c].first = it;
    h->spares[c].n++;
}

static inline bool ml_share_has_many(const Share *h, unsigned c) { return h->spares[c].n >= 2 * h->spares[c].batch; }

#endif
