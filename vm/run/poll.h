#ifndef ML_POLL_H
#define ML_POLL_H

#include <stdbool.h>
#include <stdint.h>

#include "vm/base/mem.h"

/*
 * poll.h - the seam to the system's readiness notification. One-shot, as
 * kqueue can do it too: who wants to hear again arms again.
 *
 * Any thread may arm, disarm and wake, also while another one waits; one
 * thread at a time waits, which the callers see to.
 *
 * A report may be false (the descriptor was read empty by another, or closed
 * and its number given out again) and it may be late: it is told outside of all
 * locks, so when ml_poll_disarm has returned, `ready` may still be under way or
 * about to be called for that `ud` in the thread that waits. So `ud` is
 * nothing that can go away, such as a pid; and who is woken tries, and arms
 * again. What is ready and has a waiter is always reported.
 */

typedef struct Poll Poll;

enum { POLL_READ = 1, POLL_WRITE = 2 };

Poll *ml_poll_new(Mem *mem);                 /* NULL: see errno */
void  ml_poll_free(Poll *p);

/* Readable when ml_poll_wait has something to report: for a host's own loop. */
int   ml_poll_fd(const Poll *p);

/* Makes the running or next ml_poll_wait return at once. Takes no lock: for
 * signal handlers too. */
void  ml_poll_wake(Poll *p);

/*
 * Report once when one of `events` is possible, or an error or hang-up, which
 * counts as every event. Any number of waiters per descriptor, told apart by
 * `ud`. False: errno says why; EPERM is a regular file, which is always ready
 * and may block all the same: work for the pool.
 */
bool  ml_poll_arm(Poll *p, int fd, int events, void *ud);

/* Forgets this waiter; fine when there is none (any more). Before closing fd: ud NULL
 * forgets all of them, without telling. */
void  ml_poll_disarm(Poll *p, int fd, void *ud);

/* How many waiters are armed. */
size_t ml_poll_count(Poll *p);

/*
 * Waits until something is ready, somebody calls ml_poll_wake, a signal
 * arrives, or the time (microseconds; -1: for ever; never early) is over, and
 * calls `ready` for each waiter concerned, which is disarmed by then. No lock
 * of ours is held: `ready` may arm and disarm, and take locks of its own.
 * Returns how many were called. One thread at a time.
 */
int   ml_poll_wait(Poll *p, int64_t timeout_us,
                   void (*ready)(void *ctx, void *ud, int events), void *ctx);

#endif
