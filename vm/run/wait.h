#ifndef ML_WAIT_H
#define ML_WAIT_H

#include "vm/native.h"
#include "vm/edge/job.h"

/*
 * wait.h - how a native function waits for the world. Each parks the process
 * and comes back as `step` when the event came or anything else arrived:
 * check, and wait again.
 */

/* Until fd can be read or written (POLL_READ, POLL_WRITE). For a regular
 * file: at once. */
NatEnd ml_wait_fd(Nat *n, int step, int fd, int events);
/* Until the job is done; submits it the first time. The process refers to the
 * job by itself (a Udata with the job as its Shared). */
NatEnd ml_wait_job(Nat *n, int step, Job *j);
/* After run, on the pool's thread (the pool's `finished`). */
void   ml_job_finished(Job *j);

/* --- for the scheduler --- */
void ml_wait_ready(void *vm, void *ud, int events);     /* the poller's report */
void ml_wait_cancel(Proc *p);                           /* p no longer waits for its fd or job */

#endif
