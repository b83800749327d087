#ifndef ML_RUNQ_H
#define ML_RUNQ_H

#include "vm/proc/worker.h"

/*
 * runq.h - the ready processes of a worker; see runq.c. The lists go through
 * the processes, so nothing here allocates or fails.
 */

void  ml_runq_init(RunQ *q);
void  ml_runq_fini(RunQ *q);

/* Its worker. p is READY and nobody else's. */
void  ml_runq_keep(RunQ *q, Proc *p);
/* Its worker. The same for one that has fallen behind: it goes on at every other
 * turn, if no other does. */
void  ml_runq_hurry(RunQ *q, Proc *p);
/* Its worker: nobody does so any longer. */
void  ml_runq_calm(RunQ *q);
/* Its worker: what it keeps may be stolen from now on. */
void  ml_runq_offer(RunQ *q);
/* Any thread. p is READY and nobody else's. */
void  ml_runq_put(RunQ *q, Proc *p);
/* A list linked by `next`, which ends with NULL. How many they are. */
uint32_t ml_runq_put_all(RunQ *q, Proc *list);

/* Its worker: the next to run, or NULL. */
Proc *ml_runq_take(RunQ *q);
/* Any thread: up to half of what is offered, at most `most`, those that waited longest. */
Proc *ml_runq_steal(RunQ *q, unsigned most);
/* Its worker, or any thread while it rests: p will not run. False: it is not in here. */
bool  ml_runq_drop(RunQ *q, Proc *p);

/* What others may steal, and all. Any thread; already another number when you look at it. */
static inline unsigned ml_runq_offered(RunQ *q) { return ml_load(&q->len); }
static inline unsigned ml_runq_len(RunQ *q) { return ml_load(&q->len) + ml_load_relaxed(&q->nkept); }

#endif
