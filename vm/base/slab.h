#ifndef ML_SLAB_H
#define ML_SLAB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/pages.h"
#include "vm/base/thread.h"

/*
 * slab.h - small blocks, in slabs of blocks of one size. A block has no head: who
 * frees it knows its size. See slab.c. Any thread.
 */

/* The largest that is small. The checks build and the address sanitizer are to
 * see each block come and go, so there none is. */
#if defined(ML_CHECKS) || defined(__SANITIZE_ADDRESS__)
enum { SLAB_MOST = 0 };
#else
enum { SLAB_MOST = 4096 };
#endif
/* Blocks of one class are alike. Sizes are 16, 32, ... 1024, and from there on
 * 256 apart. */
enum { SLAB_STEP = 16, SLAB_FINE = 1024, SLAB_COARSE = 256, SLAB_FINES = SLAB_FINE / SLAB_STEP,
       SLAB_CLASSES = SLAB_FINES + (4096 - SLAB_FINE) / SLAB_COARSE + 1 };

static inline unsigned ml_slab_class(size_t n)
{
    if (n <= SLAB_FINE)
        return (unsigned)((n + SLAB_STEP - 1) / SLAB_STEP);
    return SLAB_FINES + (unsigned)((n - SLAB_FINE + SLAB_COARSE - 1) / SLAB_COARSE);
}
static inline size_t ml_slab_size(unsigned c)
{
    return c <= SLAB_FINES ? (size_t)c * SLAB_STEP : SLAB_FINE + (size_t)(c - SLAB_FINES) * SLAB_COARSE;
}

typedef struct Spare { struct Spare *next; } Spare;     /* a free block */
typedef struct Slab Slab;
typedef struct Region Region;

typedef struct SlabClass {
    Lock  lock;
    Slab *first;                /* those with a free block */
} SlabClass;

typedef struct Slabs {
    SlabClass   classes[SLAB_CLASSES];
    Lock        lock;           /* of what follows */
    Region     *regions, *empty;        /* those with a free slab; with no slab in use */
    unsigned    nregions;       /* in all */
    _Atomic(unsigned) nempty;
    DoomedList *doomed;         /* where empty ones go */
} Slabs;

/* doomed: as ml_pages_doom wants it. */
void ml_slabs_init(Slabs *s, DoomedList *doomed);
/* No block is in use any more. */
void ml_slabs_fini(Slabs *s);

/* At most n blocks of class c, with anything in them; how many. */
unsigned ml_slabs_take(Slabs *s, unsigned c, unsigned n, Spare **list);
/* All of the list, blocks of class c. */
void     ml_slabs_give(Slabs *s, unsigned c, Spare *list);
/* Gives a part of what is empty to the system. False: there is little. */
bool     ml_slabs_trim(Slabs *s);
/* How often a thread had to wait for one of the locks. */
uint64_t ml_slabs_waits(Slabs *s);

#endif
