/*
 * timers.c - the timers of a worker.
 *
 * A timer has a user: the process it belongs to, or whoever holds the claim on
 * a message that is to be sent. The user arms it on the wheel of the worker it
 * runs on, and may have moved to another worker when it cancels. So the timer
 * remembers its home, and everything about the wheel is done under a lock.
 *
 *     user      arm -------------------> cancel      (free)
 *     worker           in the wheel, fires
 *
 * Firing happens under the lock too. So when cancel has had the lock, the
 * timer has fired or will not; nobody is about to touch it, and it may be
 * freed. Whether it is armed is written in the timer, where only the holder of
 * the lock may look; `home` is the user's, and tells him for nothing that
 * there is nothing to cancel.
 *
 * The lock is held for short pieces of work, and functions of timers may take
 * locks that come after it: names, run queues.
 */
#include "vm/base/check.h"
#include "vm/base/timers.h"

enum { BATCH = 64 };            /* timers fired while the lock is held */

void ml_timers_init(Timers *ts, unsigned index, uint64_t now)
{
    ML_CHECK(index < UINT16_MAX);
    ml_lock_init(&ts->lock);
    ml_wheel_init(&ts->wheel, now);
    ts->home = (uint16_t)(index + 1);
}

void ml_timers_fini(Timers *ts)
{
    ml_lock_fini(&ts->lock);
}

void ml_timers_arm(Timers *ts, Timer *t, uint64_t at)
{
    ML_ASSERT(!ml_timer_is_in_use(t));
    t->home = ts->home;
    ml_lock(&ts->lock);
    ml_wheel_arm(&ts->wheel, t, at);
    ml_unlock(&ts->lock);
}

bool ml_timers_has(Timers *ts, const Timer *t)
{
    ml_lock(&ts->lock);
    bool has = ml_timer_is_armed(t);
    ml_unlock(&ts->lock);
    return has;
}

bool ml_timers_cancel(Timers *ts, Timer *t)
{
    ML_ASSERT(t->home == ts->home);
    t->home = 0;
    ml_lock(&ts->lock);
    bool was = ml_wheel_cancel(&ts->wheel, t);
    ml_unlock(&ts->lock);
    return was;
}

bool ml_timers_run(Timers *ts, uint64_t now, void *ctx)
{
    ml_lock(&ts->lock);
    ml_wheel_run(&ts->wheel, now, BATCH, ctx);
    bool more = ml_wheel_next(&ts->wheel) <= now;
    ml_unlock(&ts->lock);
    return more;
}

uint64_t ml_timers_next(Timers *ts)
{
    ml_lock(&ts->lock);
    uint64_t next = ml_wheel_next(&ts->wheel);
    ml_unlock(&ts->lock);
    return next;
}

uint64_t ml_timers_count(Timers *ts)
{
    ml_lock(&ts->lock);
    uint64_t n = ts->wheel.count;
    ml_unlock(&ts->lock);
    return n;
}
