/*
 * timer.c - the timer wheel of a worker.
 *
 * A time is eleven digits of six bits. A timer stands on the level of the
 * highest digit in which it differs from `now`, in the slot that this digit
 * names. So all that is left to happen within the present 64 us stands on
 * level 0, one slot for each microsecond; within the present 4 ms on level 1,
 * and so on. The lowest level that is not empty holds the next timer, and on
 * it the lowest slot.
 *
 *     now   3 . 17 . 40          level 2   level 1   level 0
 *     at    3 . 17 . 52    -->                       slot 52
 *     at    3 . 20 .  5    -->             slot 20
 *     at    5 .  0 .  1    -->   slot 5
 *
 * When `now` reaches the start of a slot above level 0, its timers are dealt
 * out again to lower levels. A timer moves at most ten times, and nothing is
 * done for time in which nothing was to happen. A slot may hold a million, so
 * it is dealt out in pieces: until that is over, `dealing` is its level, `now`
 * stands at its start, and what is armed for a time in it queues up there.
 *
 * What always holds (a time already past counts as `now`):
 *     on level 0:   at >= now, and all digits above the last are equal
 *     on level n:   digit n of `at` > digit n of `now`, those above are equal
 *                   (on the level being dealt out: >=)
 *
 * A slot is a ring: the head in the wheel points to its last timer, whose
 * next is the first; pprev of a timer is &previous->next. So both ends are at
 * hand, and timers of one microsecond fire in the order in which they were
 * armed.
 */

#include "vm/base/timer.h"

#include <stddef.h>

#include "vm/base/check.h"

enum { BITS = 6, MASK = TIMER_SLOTS - 1,
       DEAL_MOST = 256 };       /* moves in a run: some 10 us */

_Static_assert(sizeof(Timer) == 40, "there are very many");
_Static_assert(offsetof(Timer, next) == 0, "pprev is the previous timer");

void ml_wheel_init(Wheel *w, uint64_t now)
{
    *w = (Wheel){ .now = now };
}

static Timer *previous(const Timer *t)
{
    return (Timer *)(void *)t->pprev;
}

static uint64_t time_of(const Wheel *w, const Timer *t)
{
    return t->at > w->now ? t->at : w->now;
}

static int digit(uint64_t time, int level)
{
    return (int)(time >> (level * BITS) & MASK);
}

static void put_on(Wheel *w, Timer *t, int level)
{
    int slot = digit(time_of(w, t), level);
    Timer *last = w->slot[level][slot];

    t->level = (uint8_t)level;
    t->slot = (uint8_t)slot;
    if (last) {
        t->next = last->next;
        t->next->pprev = &t->next;
        last->next = t;
        t->pprev = &last->next;
    } else {
        t->next = t;
        t->pprev = &t->next;
    }
    w->slot[level][slot] = t;
    w->busy[level] |= (uint64_t)1 << slot;
}

static void put(Wheel *w, Timer *t)
{
    uint64_t differ = time_of(w, t) ^ w->now;
    put_on(w, t, differ ? (63 - __builtin_clzll(differ)) / BITS : 0);
}

static void take(Wheel *w, Timer *t)
{
    Timer **head = &w->slot[t->level][t->slot];
    if (t->next == t) {
        *head = NULL;
        w->busy[t->level] &= ~((uint64_t)1 << t->slot);
    } else {
        if (*head == t)
            *head = previous(t);
        *t->pprev = t->next;
        t->next->pprev = t->pprev;
    }
    t->next = NULL;
    t->pprev = NULL;
}

void ml_wheel_arm(Wheel *w, Timer *t, uint64_t at)
{
    ML_ASSERT(!ml_timer_is_armed(t));
    t->at = at;
    /* behind those of the same time that are still to be dealt out */
    if (w->dealing && (time_of(w, t) ^ w->now) >> (w->dealing * BITS) == 0)
        put_on(w, t, w->dealing);
    else
        put(w, t);
    w->count++;
}

bool ml_wheel_cancel(Wheel *w, Timer *t)
{
    if (!ml_timer_is_armed(t))
        return false;
    take(w, t);
    w->count--;
    return true;
}

/* The level of the next timer, and when its slot begins. */
static int next_slot(const Wheel *w, int *slot, uint64_t *start)
{
    for (int level = 0; level < TIMER_LEVELS; level++) {
        if (w->busy[level]) {
            int low = level * BITS, high = low + BITS;
            uint64_t above = high < 64 ? w->now >> high << high : 0;
            *slot = __builtin_ctzll(w->busy[level]);
            *start = above | (uint64_t)*slot << low;
            return level;
        }
    }
    return -1;
}

uint64_t ml_wheel_next(const Wheel *w)
{
    int slot;
    uint64_t start;
    if (w->dealing)
        return w->now;
    return next_slot(w, &slot, &start) < 0 ? UINT64_MAX : start;
}

/* The first of the slot that is being dealt out moves down. */
static void deal_one(Wheel *w)
{
    Timer *last = w->slot[w->dealing][digit(w->now, w->dealing)];
    if (!last) {
        w->dealing = 0;
        return;
    }
    Timer *t = last->next;
    take(w, t);
    put(w, t);
}

unsigned ml_wheel_run(Wheel *w, uint64_t now, unsigned most, void *ctx)
{
    unsigned fired = 0, dealt = 0;
    while (fired < most) {
        int slot, level;
        uint64_t start;
        if (w->dealing) {
            if (dealt++ == DEAL_MOST)
                break;
            deal_one(w);
            continue;
        }
        level = next_slot(w, &slot, &start);
        if (level < 0 || start > now) {
            if (now > w->now)
                w->now = now;
            break;
        }
        w->now = start;
        if (level > 0) {
            w->dealing = (uint8_t)level;
            continue;
        }
        Timer *t = w->slot[0][slot]->next;
        take(w, t);
        w->count--;
        fired++;
        t->fire(t, ctx);
    }
    return fired;
}
