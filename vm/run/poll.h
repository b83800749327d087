#ifndef ML_POLL_H
#define ML_POLL_H

#include <stdbool.h>
#include <stdint.h>

#include "vm/base/mem.h"

/*
 * poll.h - the seam to the system's readiness notification. One-shot, as
 * kqueue can do it too: who wants to hear again arms again.
 *
 * For the worker that owns it, except ml_poll_wake. A report may be false
 * (the descriptor was read empty by another, or closed and its number given
 * out again): who is woken tries, and arms again.
 */

typedef struct Poll Poll;

enum { POLL_READ = 1, POLL_WRITE = 2 };

Poll *ml_poll_new(Mem *mem);                 /* NULL: see errno */
void  ml_poll_free(Poll *p);

/* Readable when ml_poll_wait has something to report: for a host's own loop. */
int   ml_poll_fd(const Poll *p);

/* Makes the running or next ml_poll_wait return at once. Any thread. */
void  ml_poll_wake(Poll *p);

/*
 * Report once when one of `events` is possible, or an error or hang-up, which
 * counts as every event. Any number of waiters per descriptor, told apart by
 * `ud`. False: errno says why; EPERM is a regular file, which is always ready
 * and may block all the same: work for the pool.
 */
bool  ml_poll_arm(Poll *p, int fd, int events, void *ud);

/* Forgets this waiter; fine when there is none. Before closing fd: ud NULL
 * forgets all of them, without telling. */
void  ml_poll_disarm(Poll *p, int fd, void *ud);

/* How many waiters are armed. */
size_t ml_poll_count(const Poll *p);

/*
 * Waits until something is ready, somebody calls ml_poll_wake, a signal
 * arrives, or the time (microseconds; -1: for ever; never early) is over, and
 * calls `ready` for each waiter concerned, which is disarmed by then. `ready`
 * may arm and disarm. Returns how many were called.
 */
int   ml_poll_wait(Poll *p, int64_t timeout_us,
                   void (*ready)(void *ctx, void *ud, int events), void *ctx);

#endif
