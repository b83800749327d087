#ifndef ML_TIMERS_H
#define ML_TIMERS_H

#include "vm/base/thread.h"
#include "vm/base/timer.h"

/*
 * timers.h - the timers of a worker: its wheel, and the lock that lets others
 * cancel what stands in it; see timers.c. 5.8 KB.
 */

typedef struct Timers {
    Lock     lock;
    Wheel    wheel;
    uint16_t home;              /* index + 1 */
} Timers;

void     ml_timers_init(Timers *ts, unsigned index, uint64_t now);
void     ml_timers_fini(Timers *ts);

/* The user of a timer arms it with one call and must cancel it before the next,
 * and before it frees it, whether it has fired or not. */
static inline bool     ml_timer_is_in_use(const Timer *t) { return t->home != 0; }
static inline unsigned ml_timer_index(const Timer *t) { return t->home - 1u; }

/* The user of t, which is not in use. */
void     ml_timers_arm(Timers *ts, Timer *t, uint64_t at);
/* The user of t, any thread; ts: those with the index of t. After it t has
 * fired completely (false) or never will (true). */
bool     ml_timers_cancel(Timers *ts, Timer *t);
/* The same, but it stays: it will fire. */
bool     ml_timers_has(Timers *ts, const Timer *t);

/* Fires some of what is due; their functions are called with the lock held and
 * must not arm or cancel. True: more is due. Any thread. */
bool     ml_timers_run(Timers *ts, uint64_t now, void *ctx);
/* As ml_wheel_next. Any thread; it may be later meanwhile, or sooner when
 * somebody arms. */
uint64_t ml_timers_next(Timers *ts);
uint64_t ml_timers_count(Timers *ts);           /* armed */

#endif
