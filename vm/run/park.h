#ifndef ML_PARK_H
#define ML_PARK_H

#include "vm/proc/vm.h"

/*
 * park.h - workers that have nothing to do, and workers that shall do nothing
 * for a while; see park.c.
 */

void ml_idle_init(Idle *i);
void ml_idle_fini(Idle *i);

/* Worker with a thread: sleeps until there may be something to do, or it is
 * `until` (ml_now_us; UINT64_MAX: no end). The lock of the idle is not held. */
void ml_park(Worker *w, uint64_t until);
/* Any thread: something was put on a run queue that its worker will not take
 * at once. Wakes one who sleeps, if nobody looks for work already. */
void ml_wake_one(Vm *vm);
/* What lies in its queue is for others, too; for all it knows, what it does next takes long. */
void ml_leave_queue(Worker *w);
/* The worker looks for work, and ceases to (found or not). */
void ml_search_begin(Worker *w);
void ml_search_end(Worker *w);

/* The role of who looks at the poller: one at a time. */
bool ml_poller_take(Worker *w);
void ml_poller_leave(Worker *w);

/* Worker, between two slices, when `pause` is set: rests until it is not.
 * False: the thread shall end. */
bool ml_rest(Worker *w);
/* Worker: nothing can happen any more, or nothing shall: all rest, and the
 * host is told. */
void ml_tell_done(Vm *vm);
/* Any thread: the host should look. */
void ml_tell_host(Vm *vm);

/* --- the host's thread, in a VM with threads --- */

/* All workers rest, until the other call. They nest. */
void ml_world_stop(Vm *vm);
void ml_world_go(Vm *vm);
/* The threads end; the caller joins them. */
void ml_world_quit(Vm *vm);
/* Sleeps until it is told to look, for at most so long (-1: no end). It may
 * have been told before. */
void ml_host_sleep(Vm *vm, int64_t us);
bool ml_host_is_done(Vm *vm);           /* ml_tell_done */

#endif
