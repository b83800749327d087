#ifndef ML_JOB_H
#define ML_JOB_H

#include "vm/base/atomic.h"
#include "vm/data/shared.h"
#include "vm/data/value.h"
#include "vm/native.h"
#include "vm/proc/vm.h"

/*
 * job.h - a piece of work that may block, to be done by the pool
 * (vm/edge/block.h) while its process waits.
 *
 * A Job is the first member of a larger struct, which is counted by the
 * Shared in it: the process that asked holds one reference (through a Udata),
 * the pool another one from submission until a worker has been told. So a
 * process may be killed while its job runs; the last one to let go frees the
 * struct.
 *
 *                    queued   done
 *     ready to go    false    0
 *     in the pool    true     0      only the pool touches what `run` uses
 *     on its way     true     0      has run; lies in the VM's list of what came from outside
 *     finished       true     1      the owner may read the results
 *
 * ml_job_again() leads from the last line to the first. Waking the owner
 * allocates nothing, so no job is forgotten when there is no memory: the way
 * to the worker leads through the job itself. That is why it counts as
 * finished only when the worker has taken it off that list: before, the owner
 * could submit it again while it still lies there.
 */

typedef struct Job Job;
struct Job {
    Shared       h;
    void       (*run)(Job *j);      /* on a thread of the pool */
    _Atomic(int) done;
    bool         queued;            /* owner: was submitted */
    bool         must;              /* runs even when the pool is being freed */
    bool         first;             /* jobs with `after` that are submitted later wait for it */
    bool         after;
    Value        owner;             /* the pid to wake, or nil */
    Vm          *vm;
    Job         *next;              /* in the queue of the pool */
    Outside      told;              /* on its way to the worker */
};

/* `bytes` is what the struct is booked with; `release` frees it at the last
 * unref, on any thread. One reference is the caller's. */
static inline void ml_job_init(Job *j, Vm *vm, size_t bytes,
                               void (*release)(Shared *s))
{
    ml_store(&j->h.refs, 1);
    j->h.bytes = bytes;
    j->h.free = release;
    j->run = NULL;
    ml_store(&j->done, 0);
    j->queued = j->must = j->first = j->after = false;
    j->owner = ml_v_nil();
    j->vm = vm;
    j->next = NULL;
}

static inline bool ml_job_is_done(Job *j) { return ml_load(&j->done) != 0; }

/* The job may be submitted once more. Owner; not while it is in the pool. */
static inline void ml_job_again(Job *j)
{
    ml_store(&j->done, 0);
    j->queued = false;
}

/* A native waits until the job is done; submits it the first time. Comes back
 * as `step`, also when anything else arrives: check, and wait again. The
 * process refers to the job by itself (a Udata with the job as its Shared). */
NatEnd ml_wait_job(Nat *n, int step, Job *j);
/* The same with threads that are kept for one kind of work. */
NatEnd ml_wait_job_of(Nat *n, int step, Job *j, struct Pool *pool);
/* After run, on the pool's thread (the pool's `finished`). */
void   ml_job_finished(Job *j);

/* The pools of a VM; no thread is started yet. None in a run that can be repeated.
 * False: no memory. */
bool   ml_pools_init(Vm *vm);
/* Nothing runs any more; what comes now is done here and now. */
void   ml_pools_fini(Vm *vm);

#endif
