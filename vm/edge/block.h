#ifndef ML_BLOCK_H
#define ML_BLOCK_H

#include "vm/base/mem.h"
#include "vm/edge/job.h"

/*
 * block.h - the pool: threads for work that blocks (files, waiting for a
 * child), so that no worker ever does.
 */

typedef struct Pool Pool;

/*
 * At most so many threads; they are started when jobs come. `finished` is
 * called on the pool's thread after each job has run (and for each dropped
 * one): it marks the job done and wakes the owner, and takes the pool's
 * reference. NULL: no memory.
 */
Pool *ml_pool_new(Mem *mem, int threads, void (*finished)(Job *j));

/* Waits for running jobs and for waiting ones that are marked `must`, drops
 * the others. Returns how many were dropped. */
size_t ml_pool_free(Pool *p);

/*
 * Takes a reference of its own. Jobs start in the order of submission, and run
 * at the same time. But one that says `after` starts when all with `first` that
 * came before are done, and holds up those behind it until then. False: no
 * thread could be started; the job is as before. Any thread; the caller sets
 * j->queued.
 */
bool ml_pool_submit(Pool *p, Job *j);
/* Is a job with `first` on its way? */
bool ml_pool_has_first(Pool *p);

/* Jobs that wait or run now. Any thread. */
size_t ml_pool_load(Pool *p);

#endif
