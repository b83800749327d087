/*
 * lock.c - vm/base/thread.h for the threads of a model, and the objects that
 * models make up.
 */
#include "tests/model/engine/engine.h"

#include <stdio.h>

#include "vm/base/thread.h"

typedef struct Sync {
    bool     live;              /* after init */
    int      holder;
    Clock    clock;             /* what its last holders had done */
    uint64_t hash;
    int      waiting[MAX_THREADS], nwaiting;
} Sync;

static Map    map;
static Sync  *syncs;
static size_t nsyncs, syncs_cap;

void lock_clear(void)
{
    map_clear(&map);
    nsyncs = 0;
}

static Sync *sync_of(const void *p)
{
    uint32_t i = map_get(&map, (uintptr_t)p);
    if (i == NOTHING) {
        syncs = room_for(syncs, &syncs_cap, nsyncs, sizeof *syncs);
        i = (uint32_t)nsyncs++;
        syncs[i] = (Sync){ .holder = NO_THREAD, .hash = (uintptr_t)p };
        map_set(&map, (uintptr_t)p, i);
    }
    return &syncs[i];
}

bool lock_is_free(const void *lock)
{
    return sync_of(lock)->holder == NO_THREAD;
}

/* What self does to the object depends on all that was done to it. */
static void did(Sync *s, uint64_t what)
{
    event(what, s->hash);
    s->hash = self->hash;
}

static void take(const void *object)
{
    Sync *s = sync_of(object);
    s->holder = self->id;
    clock_join(&self->clock, &s->clock);
    did(s, 11);
    tick();
}

static void give(const void *object)
{
    Sync *s = sync_of(object);
    s->holder = NO_THREAD;
    clock_join(&s->clock, &self->clock);
    did(s, 12);
    tick();
}

/* --- locks --- */

static void make(const void *p, size_t n, void *pc)
{
    inside = true;
    touch((uintptr_t)p, n, ACC_WRITE, pc);
    Sync *s = sync_of(p);
    *s = (Sync){ .live = true, .holder = NO_THREAD, .hash = (uintptr_t)p };
    inside = false;
}

static void unmake(const void *p, size_t n, void *pc)
{
    inside = true;
    touch((uintptr_t)p, n, ACC_WRITE, pc);
    Sync *s = sync_of(p);
    if (!s->live || s->holder != NO_THREAD || s->nwaiting)
        report("wrong use", "a lock or condition ends that is in use or never began",
               &(Place){ self->id, "ends it", pc }, 1);
    s->live = false;
    inside = false;
}

/* Also shows a use after free. */
static void use(const void *p, void *pc)
{
    touch((uintptr_t)p, 1, ACC_ATOMIC, pc);
    if (!sync_of(p)->live)
        report("wrong use", "a lock or condition that never began, or has ended",
               &(Place){ self->id, "uses it", pc }, 1);
}

static void must_hold(const Lock *l, void *pc)
{
    if (sync_of(l)->holder != self->id)
        report("wrong use", "a lock that another holds, or nobody",
               &(Place){ self->id, "uses it", pc }, 1);
}

void ml_lock_init(Lock *l) { make(l, sizeof *l, CALLER); }
void ml_lock_fini(Lock *l) { unmake(l, sizeof *l, CALLER); }

void ml_lock(Lock *l)
{
    inside = true;
    use(l, CALLER);
    if (sync_of(l)->holder == self->id)
        report("deadlock", "a lock is taken twice by one thread",
               &(Place){ self->id, "locks", CALLER }, 1);
    point((Op){ .kind = OP_LOCK, .what = "locks", .object = l });
    use(l, CALLER);
    take(l);
    trace("locks", l, 0, CALLER);
    inside = false;
}

void ml_unlock(Lock *l)
{
    inside = true;
    use(l, CALLER);
    must_hold(l, CALLER);
    trace("unlocks", l, 0, CALLER);
    give(l);
    inside = false;
}

/* --- conditions --- */

void ml_cond_init(Cond *c) { make(c, sizeof *c, CALLER); }
void ml_cond_fini(Cond *c) { unmake(c, sizeof *c, CALLER); }

static void stop_waiting(Sync *s, int i)
{
    s->nwaiting--;
    for (; i < s->nwaiting; i++)
        s->waiting[i] = s->waiting[i + 1];
}

static void leave_queue(Cond *c)
{
    Sync *s = sync_of(c);
    for (int i = 0; i < s->nwaiting; i++)
        if (s->waiting[i] == self->id)
            stop_waiting(s, i);
    did(s, 13);
}

/* False: the time is over. */
static bool wait(Cond *c, Lock *l, bool timed, void *pc)
{
    inside = true;
    use(c, pc);
    must_hold(l, pc);
    trace(timed ? "waits a while" : "waits", c, 0, pc);
    Sync *s = sync_of(c);
    s->waiting[s->nwaiting++] = self->id;
    did(s, 14);
    give(l);
    point((Op){ .kind = OP_WAIT, .what = "waits", .object = c, .timed = timed,
                .arg = l });
    Woken by = self->woken;
    if (by != BY_SIGNAL) {
        trace(by == BY_TIME ? "waited long enough" : "wakes for no reason", c, 0, pc);
        leave_queue(c);
        point((Op){ .kind = OP_LOCK, .what = "locks", .object = l });
    }
    take(l);
    trace("locks again", l, 0, pc);
    inside = false;
    return by != BY_TIME;
}

void ml_cond_wait(Cond *c, Lock *l) { wait(c, l, false, CALLER); }

/* The time itself does not matter: it may come at any moment. */
bool ml_cond_wait_until(Cond *c, Lock *l, uint64_t us)
{
    (void)us;
    return wait(c, l, true, CALLER);
}

/* The lock is given in `wait`; who is woken goes on by taking it. */
static void wake(Sync *s, int i)
{
    Fiber *f = &fibers[s->waiting[i]];
    stop_waiting(s, i);
    f->op.kind = OP_LOCK;
    f->op.object = f->op.arg;
    f->op.what = "locks";
    f->hash = mix(f->hash, s->hash);
}

static void signal(Cond *c, bool all, void *pc)
{
    inside = true;
    point((Op){ .kind = OP_STEP, .what = "signals", .object = c, .writes = true });
    use(c, pc);
    Sync *s = sync_of(c);
    trace(all ? "wakes all" : "wakes one", c, (uint64_t)s->nwaiting, pc);
    did(s, 15);
    while (s->nwaiting && all)
        wake(s, 0);
    if (s->nwaiting)
        wake(s, value_choice(s->nwaiting));
    tick();
    inside = false;
}

void ml_cond_signal(Cond *c) { signal(c, false, CALLER); }
void ml_cond_broadcast(Cond *c) { signal(c, true, CALLER); }

/* --- threads --- */

bool ml_thread_start(Thread *t, void (*fn)(void *), void *arg)
{
    t->id = (pthread_t)ex_thread(fn, arg);
    inside = true;
    touch((uintptr_t)t, sizeof *t, ACC_WRITE, CALLER);
    inside = false;
    return true;
}

void ml_thread_join(Thread *t) { ex_join((int)t->id); }

/* --- objects of models --- */

void ex_enter(const void *object)
{
    inside = true;
    point((Op){ .kind = OP_LOCK, .what = "enters", .object = object });
    take(object);
    trace("enters", object, 0, CALLER);
    inside = false;
}

bool ex_enter_when(const void *object, bool (*ready)(void *), void *arg, bool timed)
{
    inside = true;
    point((Op){ .kind = OP_UNTIL, .what = "waits for", .object = object, .timed = timed,
                .ready = ready, .arg = arg });
    bool ok = self->woken == BY_SIGNAL;
    take(object);
    trace(ok ? "enters" : "enters, out of time", object, 0, CALLER);
    inside = false;
    return ok;
}

void ex_leave(const void *object)
{
    inside = true;
    give(object);
    inside = false;
}
