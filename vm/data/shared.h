#ifndef ML_SHARED_H
#define ML_SHARED_H

#include "vm/base/atomic.h"
#include "vm/data/value.h"

/*
 * shared.h - things outside the process heaps that are counted by the heaps
 * (and messages) that refer to them: bytes of long strings, images of code,
 * frozen regions, native resources. One reference per heap or message that
 * holds any number of pointers to it.
 */
typedef struct Shared Shared;
struct Shared {
    _Atomic(uint64_t) refs;
    size_t  bytes;                      /* what each holder is charged */
    void  (*free)(Shared *s);           /* at the last unref, any thread */
};

static inline void ml_shared_ref(Shared *s) { ml_add(&s->refs, 1); }
static inline void ml_shared_unref(Shared *s)
{
    if (ml_sub(&s->refs, 1) == 1)
        s->free(s);
}

#endif
