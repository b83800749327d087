/*
 * share.c - the spares of a thread; see share.h.
 */
#include "vm/base/share.h"

enum { BATCH_BYTES = 16 * 1024, BATCH_MOST = 64 };

void ml_share_init(Share *h, struct Mem *mem)
{
    *h = (Share){ .mem = mem };
    for (unsigned c = 1; c < SLAB_CLASSES; c++) {
        size_t n = BATCH_BYTES / ml_slab_size(c);
        h->spares[c].batch = n < BATCH_MOST ? (uint32_t)n : BATCH_MOST;
    }
}

/* It has none. */
bool ml_share_fetch(Share *h, Slabs *s, unsigned c)
{
    h->spares[c].n = ml_slabs_take(s, c, h->spares[c].batch, &h->spares[c].first);
    return h->spares[c].n > 0;
}

/* The newest stay: they are in the cache. */
void ml_share_return(Share *h, Slabs *s, unsigned c)
{
    unsigned keep = h->spares[c].batch;
    Spare *last = h->spares[c].first;
    for (unsigned i = 1; i < keep; i++)
        last = last->next;
    Spare *rest = last->next;
    last->next = NULL;
    h->spares[c].n = keep;
    ml_slabs_give(s, c, rest);
}

void ml_share_drop(Share *h, Slabs *s)
{
    for (unsigned c = 1; c < SLAB_CLASSES; c++) {
        ml_slabs_give(s, c, h->spares[c].first);
        h->spares[c].first = NULL;
        h->spares[c].n = 0;
    }
}
