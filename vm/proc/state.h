#ifndef ML_STATE_H
#define ML_STATE_H

#include "vm/proc/proc.h"

/*
 * state.h - who may move a process from one state to another.
 *
 *     READY ----its worker takes it----> RUNNING --its slice is over--> READY
 *     RUNNING --somebody has news------> NOTIFIED (goes on running)
 *     RUNNING --it has nothing to do---> WAITING --somebody has news--> READY
 *     NOTIFIED -it has nothing to do---> READY: what is new it has not seen
 *
 * News is a message or signal in the inbox, a timer that fired, a descriptor
 * that is ready, a job that is done. Who brings it makes it visible first and
 * notifies then. A process looks at everything it waits for after its slice
 * has begun and before it parks; so it either sees the news, or is found
 * NOTIFIED or WAITING. Nothing is lost, whatever the order; a process may be
 * made ready for something it has seen already, looks once more, and waits
 * again.
 */

/* Any thread, after the news is visible. True: it waited, and the caller is
 * the one who must put it on a run queue. */
static inline bool ml_proc_notify(Proc *p)
{
    uint8_t s = ml_load(&p->state);
    for (;;) {
        uint8_t to = s == PROC_WAITING ? PROC_READY : PROC_NOTIFIED;
        if (s != PROC_WAITING && s != PROC_RUNNING)
            return false;               /* it will look, or never again */
        if (ml_cas(&p->state, &s, to))
            return to == PROC_READY;
    }
}

/* Its worker, which took it from a run queue: the slice begins. */
static inline void ml_proc_begin(Proc *p)
{
    ml_store(&p->state, PROC_RUNNING);
}

/* Its worker: it has nothing to do. False: there is news, it is READY, and the
 * caller must put it on a run queue. True: it is no longer the caller's. */
static inline bool ml_proc_park(Proc *p)
{
    uint8_t s = PROC_RUNNING;
    if (ml_cas(&p->state, &s, PROC_WAITING))
        return true;
    ml_store(&p->state, PROC_READY);
    return false;
}

#endif
