/*
 * sched.c - points where a choice is made, and who goes on.
 *
 * A thread runs until the next operation by which threads meet, and stops
 * just before it. Then one of those that can do theirs is chosen. What lies
 * between is seen by nobody else, or it is a race, which access.c finds
 * whatever the order; so no choice is needed there. Giving a lock back needs
 * none either: another order of it is another order of the takings. Nor does
 * an operation on what no other thread touches: see search.c.
 */
#include "tests/model/engine/engine.h"

#include <stdio.h>

enum { MOST_STEPS = 5000 };

int steps, preempted, timeouts_left, spurious_left;
const Model *model;
unsigned seen;

void sched_clear(void)
{
    steps = preempted = 0;
    timeouts_left = model->timeouts;
    spurious_left = model->spurious;
}

/* Can f go on? By running out of time, when nothing else: *late. */
static bool can(const Fiber *f, bool *late)
{
    bool out = f->op.timed && timeouts_left > 0;
    *late = false;
    if (!f->live || f->done)
        return false;
    switch (f->op.kind) {
    case OP_STEP:
        return true;
    case OP_LOCK:
        return lock_is_free(f->op.object);
    case OP_JOIN:
        return fibers[f->op.other].done;
    case OP_UNTIL:
        if (lock_is_free(f->op.object) && f->op.ready(f->op.arg))
            return true;
        return *late = out && lock_is_free(f->op.object);
    case OP_WAIT:
        return *late = out || spurious_left > 0;    /* a signal makes it OP_LOCK */
    }
    return false;
}

static void deadlock(void)
{
    Place places[MAX_THREADS];
    int n = 0;
    for (int i = 0; i < nfibers; i++)
        if (!fibers[i].done)
            places[n++] = (Place){ i, fibers[i].op.what,
                                   fibers[i].depth ? fibers[i].calls[fibers[i].depth - 1] : NULL };
    report("deadlock", "nobody can go on", places, n);
}

static void late(Fiber *f)
{
    f->woken = f->op.timed && timeouts_left > 0 ? BY_TIME : BY_NOTHING;
    if (f->woken == BY_TIME)
        timeouts_left--;
    else
        spurious_left--;
    f->hash = mix(f->hash, 77);
}

/* Who goes on; the one that asks comes first if it can. */
static void go_on(void)
{
    int ids[MAX_THREADS], n = 0;
    bool out[MAX_THREADS], mine = !self->done && can(self, &out[self->id]);
    if (++steps > MOST_STEPS)
        report("livelock", "too many steps in one run", NULL, 0);
    if (mine)
        ids[n++] = self->id;
    for (int i = 0; i < nfibers; i++)
        if (i != self->id && can(&fibers[i], &out[i]))
            ids[n++] = i;
    if (n == 0)
        deadlock();
    /* time running out is no reason to go on where another could */
    bool keeps = mine && !out[self->id];
    int to = choose_thread(ids, n, keeps, keeps && (!is_shared(self->op.object) ||
                                                    is_calm((uintptr_t)self->op.object)));
    if (keeps && to != self->id)
        preempted++;
    if (out[to])
        late(&fibers[to]);
    fiber_switch(&fibers[to]);
}

static void started(void)
{
    self->starting = false;
    fiber_switch(&fibers[self->parent]);
}

void point(Op op)
{
    self->op = op;
    self->woken = BY_SIGNAL;
    if (op.object)
        note_use(op.object, op.kind != OP_STEP || op.writes);
    if (self->starting && self->parent != NO_THREAD)
        started();
    go_on();
}

void finished(void)
{
    self->done = true;
    event(99, 0);
    if (self->id == 0) {
        for (int i = 1; i < nfibers; i++)
            if (!fibers[i].joined)
                report("thread left", "a thread was not joined", NULL, 0);
        block_leaks();
        fiber_leave();
    }
    if (self->starting)
        started();
    go_on();
    __builtin_unreachable();
}

int value_choice(int n)
{
    return n == 1 ? 0 : choose_value(n);
}

void event(uint64_t a, uint64_t b)
{
    self->hash = mix(mix(self->hash, a), b);
}

void tick(void)
{
    self->clock.at[self->id]++;
}

/* --- what models call --- */

int ex_thread(void (*fn)(void *), void *arg)
{
    inside = true;
    Fiber *f = fiber_new(fn, arg);
    trace("starts thread", NULL, (uint64_t)f->id, CALLER);
    tick();
    event(3, (uint64_t)f->id);
    fiber_switch(f);            /* up to its first meeting with another */
    inside = false;
    return f->id;
}

void ex_join(int thread)
{
    inside = true;
    point((Op){ .kind = OP_JOIN, .what = "joins", .other = thread });
    trace("joins thread", NULL, (uint64_t)thread, CALLER);
    clock_join(&self->clock, &fibers[thread].clock);
    fibers[thread].joined = true;
    event(4, fibers[thread].hash);
    tick();
    inside = false;
}

void ex_join_all(void)
{
    for (int i = 0; i < nfibers; i++)
        if (fibers[i].parent == self->id && !fibers[i].joined)
            ex_join(i);
}

int ex_choose(int n)
{
    inside = true;
    int k = value_choice(n);
    event(5, (uint64_t)k);
    trace("chooses", NULL, (uint64_t)k, CALLER);
    inside = false;
    return k;
}

void ex_seen(unsigned bits)
{
    seen |= bits;
}
