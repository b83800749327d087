#ifndef ML_MEM_H
#define ML_MEM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/base/pages.h"
#include "vm/base/share.h"

/*
 * mem.h - the one seam through which every byte is allocated.
 *
 * A Mem is an account: an allocator and a count of the bytes that are out.
 * A VM has one. Sizes are passed back on free, so nothing is stored beside a
 * block and the count is exact. The checks build can fail the n-th request.
 */

typedef void *(*MemFn)(void *ud, void *ptr, size_t osize, size_t nsize);

typedef struct Mem {
    MemFn                fn;        /* realloc shape; nsize 0 frees */
    void                *ud;
    _Atomic(size_t)      used;      /* bytes out now, but for what the shares have booked */
    _Atomic(size_t)      peak;      /* off by a quarter of a megabyte a share, at most */
    size_t               limit;     /* 0: none */
    _Atomic(int64_t)     fail_in;   /* checks: the n-th request from now fails; 0: off */
    DoomedList           doomed;    /* very large blocks, freed and not yet given back */
    struct MemShares    *shares;    /* its small blocks, and what threads have of it; or NULL */
} Mem;

/* fn NULL: the C library's. */
void  ml_mem_init(Mem *m, MemFn fn, void *ud, size_t limit);

/* Any thread. NULL when there is no memory, the limit is reached or n is 0. */
void *ml_mem_alloc(Mem *m, size_t n);
void *ml_mem_zalloc(Mem *m, size_t n);                    /* zeroed */
void *ml_mem_realloc(Mem *m, void *p, size_t osize, size_t nsize);
/* Longer; what is new is zero. NULL: no memory, p is as it was. */
void *ml_mem_zgrow(Mem *m, void *p, size_t osize, size_t nsize);
void  ml_mem_free(Mem *m, void *p, size_t size);          /* p NULL: nothing */

/* For a block of which only a part may come to be used: pages behind the first
 * *used bytes have not been touched. */
void *ml_mem_alloc_warm(Mem *m, size_t n, size_t *used);
/* Shorter, at the same place; pages behind the first `used` bytes were not
 * touched. False: that is not possible, nothing has changed. */
bool  ml_mem_cut(Mem *m, void *p, size_t osize, size_t nsize, size_t used);

/* A part of a very large block, not touched yet, comes to be used little by little. */
void  ml_mem_use_slowly(Mem *m, void *p, size_t n);

size_t ml_mem_used(Mem *m);

/* From now on small blocks come from slabs, and threads may have shares: without
 * a limit and with the C library's blocks only; else nothing changes. False: no
 * memory. Before there is a small block; and when none is left and no share. */
bool ml_mem_open_shares(Mem *m);
void ml_mem_close_shares(Mem *m);
/* h is the calling thread's share until it leaves. */
void ml_mem_join(Mem *m, Share *h);
void ml_mem_leave(Mem *m, Share *h);

/* Giving back a very large block takes long. From now on it is put off, and
 * done in pieces of about n bytes by whoever calls ml_mem_reap now and then,
 * until it answers false: nothing is left. Until then the block may be used
 * again; there is an excess when that is more than 64 MiB and half of what is in use. */
void ml_mem_put_off(Mem *m);
static inline bool ml_mem_has_doomed(Mem *m) { return atomic_load(&m->doomed.head) != NULL; }
bool ml_mem_has_excess(Mem *m);
bool ml_mem_reap(Mem *m, size_t n);
/* Small blocks that were freed are kept for the next ones; the longer, the more of them
 * go to the system: some each time. False: few are left. */
bool ml_mem_trim(Mem *m);
/* How often a thread had to wait for one of its locks. */
uint64_t ml_mem_waits(Mem *m);

#endif
