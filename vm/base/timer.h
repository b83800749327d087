#ifndef ML_TIMER_H
#define ML_TIMER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * timer.h - the timer wheel of a worker: hierarchical, microseconds, never
 * early. A Timer is embedded in what waits (a process' alarm, a send_after), so
 * arming allocates nothing. 40 bytes per timer.
 */

typedef struct Timer Timer;
struct Timer {
    Timer   *next, **pprev;     /* in a slot; pprev NULL: not armed */
    uint64_t at;                /* microseconds; expires when now >= at */
    void   (*fire)(Timer *t, void *ctx);
    uint8_t  level, slot;
    uint16_t home;              /* of its user: where it was armed last; timers.h */
};

enum { TIMER_LEVELS = 11, TIMER_SLOTS = 64 };   /* 6 bits a level, 64-bit time */

typedef struct Wheel {
    uint64_t now;               /* everything before this has fired */
    uint64_t count;             /* armed timers */
    uint8_t  dealing;           /* level whose slot of `now` is being dealt out; 0: none */
    uint64_t busy[TIMER_LEVELS];                /* bit per non-empty slot */
    Timer   *slot[TIMER_LEVELS][TIMER_SLOTS];
} Wheel;

/* One thread at a time. */
void     ml_wheel_init(Wheel *w, uint64_t now);
void     ml_wheel_arm(Wheel *w, Timer *t, uint64_t at);  /* t not armed */
bool     ml_wheel_cancel(Wheel *w, Timer *t);            /* false: was not armed */
static inline bool ml_timer_is_armed(const Timer *t) { return t->pprev != 0; }
/* A time at or before the earliest expiry (exact when it is near), or
 * UINT64_MAX when nothing is armed: how long a worker may sleep. */
uint64_t ml_wheel_next(const Wheel *w);
/* Moves to `now` and calls fire for at most `most` expired timers, in order of
 * `at` up to the wheel's grain of a microsecond, each disarmed before its call
 * (fire may arm it again). Returns how many. It does a piece of the work only:
 * there is more as long as ml_wheel_next is not later than `now`. */
unsigned ml_wheel_run(Wheel *w, uint64_t now, unsigned most, void *ctx);

#endif
