#ifndef ML_PTAB_H
#define ML_PTAB_H

#include "vm/proc/worker.h"

/*
 * ptab.h - the table that pids index, and when the dead may be freed; see
 * ptab.c. 16 bytes for each process that was ever alive at once.
 */

enum { PTAB_CHUNK = 4096, PTAB_CHUNKS = 65536 };

typedef struct PidSlot {
    _Atomic(Proc *)   p;
    _Atomic(uint32_t) gen;
    uint32_t          next_free;        /* under the lock, while in the free list */
} PidSlot;

typedef struct Ptab {
    _Atomic(PidSlot *) *chunk;
    _Atomic(uint32_t)   used;           /* slots that were ever used */
    uint32_t            free;           /* under the lock: head of the free list + 1 */
    Lock                lock;
    _Atomic(uint64_t)   epoch;
    _Atomic(Proc *)     orphans;        /* in limbo, of workers that rest; newest first */
} Ptab;

bool  ml_ptab_init(Ptab *t, Mem *mem);              /* false: no memory */
/* Nobody else uses the VM any more. */
void  ml_ptab_fini(Ptab *t, Mem *mem);

/* A pid for p, which can be found from now on. False: no memory, or the table
 * is full. Worker. */
bool  ml_ptab_add(Worker *w, Proc *p);
/* p cannot be found any more. It is freed when nobody can be looking at it:
 * takes its struct, whose contents are gone. Worker. */
void  ml_ptab_remove(Worker *w, Proc *p);
/* NULL: dead. What is found stays good until the worker's next quiet point. */
Proc *ml_ptab_find(Ptab *t, Value pid);
/* The pid in slot i < used, or nil. Any thread. */
Value ml_ptab_pid(Ptab *t, uint32_t i);

/* --- quiet points: the worker holds no process it has found --- */

enum { SEEN_NEVER = 0 };
#define SEEN_RESTING UINT64_MAX         /* it holds none until it says otherwise */

void  ml_ptab_reclaim(Worker *w);
void  ml_ptab_rest(Worker *w);          /* it looks at nobody from now on */
void  ml_ptab_unrest(Worker *w);

/* Between two slices. */
static inline void ml_ptab_quiet(Worker *w, Ptab *t)
{
    uint64_t e = ml_load(&t->epoch);
    if (ml_load_relaxed(&w->seen) != e)
        ml_store(&w->seen, e);
    if (w->limbo || ml_load(&t->orphans))
        ml_ptab_reclaim(w);
}

#endif
