/*
 * park.c - how workers sleep, and who wakes them.
 *
 * A worker that found nothing in any run queue lists itself as sleeping and
 * only then looks at all queues once more. Who makes a process ready puts it
 * into a queue and only then looks whether anybody sleeps. So one of the two
 * sees the other: a ready process never lies in a queue while all sleep, and
 * no clock has to tick to make sure of it.
 *
 *     worker   listed, count + 1 ... looks at the queues ... sleeps
 *     waker    into the queue ...... looks at count ........ wakes one
 *
 * What is less work than half a slice its worker, which is awake, keeps for itself (runq.c);
 * the more it offers, and wakes somebody (sched.c). One is woken at a time. While somebody is looking for work (`searching`)
 * nobody else is woken; who finds some and leaves more behind wakes the next.
 *
 * The first that goes to sleep does so in the poller and hears of descriptors
 * and of what other threads leave outside; the others sleep each on a
 * condition of their own. Everybody sleeps no longer than until the next of
 * his timers. As long as one is awake, he looks at the poller now and then;
 * so when all sleep, one of them sleeps there.
 *
 * A worker that sleeps also rests: it holds no process. When the host wants to
 * change something it sets `pause` and waits until all rest; who is woken
 * meanwhile, or comes back from the poller, waits at the door (`go`).
 */
#include "vm/base/check.h"
#include "vm/run/deadlock.h"
#include "vm/run/park.h"
#include "vm/run/poll.h"
#include "vm/run/runq.h"
#include "vm/run/sched.h"
#include "vm/run/wait.h"

void ml_idle_init(Idle *i)
{
    ml_lock_init(&i->lock);
    ml_cond_init(&i->rested);
    ml_cond_init(&i->go);
}

void ml_idle_fini(Idle *i)
{
    ml_cond_fini(&i->go);
    ml_cond_fini(&i->rested);
    ml_lock_fini(&i->lock);
}

/* --- resting; the lock is held --- */

static void begin_rest(Worker *w)
{
    Idle *i = &w->vm->idle;
    w->resting = true;
    if (++i->nresting == w->vm->nworkers)
        ml_cond_signal(&i->rested);
}

/* False: the thread shall end. */
static bool end_rest(Worker *w)
{
    Idle *i = &w->vm->idle;
    int why;
    while ((why = ml_load(&i->pause)) != 0 && !(why & PAUSE_QUIT))
        ml_cond_wait(&i->go, &i->lock);
    i->nresting--;
    w->resting = false;
    w->now_us = 0;
    return !(why & PAUSE_QUIT);
}

bool ml_rest(Worker *w)
{
    Idle *i = &w->vm->idle;
    ml_ptab_rest(w);
    ml_lock(&i->lock);
    begin_rest(w);
    bool on = end_rest(w);
    ml_unlock(&i->lock);
    ml_ptab_unrest(w);
    return on;
}

/* --- sleeping; the lock is held --- */

static void list(Worker *w)
{
    Idle *i = &w->vm->idle;
    w->idle_next = i->list;
    i->list = w;
    w->listed = true;
    w->woken = false;
    ml_store(&i->count, ml_load_relaxed(&i->count) + 1);
}

static void unlist(Worker *w)
{
    Idle *i = &w->vm->idle;
    if (!w->listed)
        return;
    for (Worker **at = &i->list; *at; at = &(*at)->idle_next)
        if (*at == w) {
            *at = w->idle_next;
            break;
        }
    w->listed = false;
    ml_store(&i->count, ml_load_relaxed(&i->count) - 1);
}

static bool something_to_do(Worker *w)
{
    Vm *vm = w->vm;
    if (ml_load(&vm->outside) || ml_load(&vm->idle.pause) || ml_runq_len(&w->q))
        return true;
    for (unsigned k = 0; k < vm->nworkers; k++)
        if (ml_runq_offered(&vm->workers[k].q))
            return true;
    return false;
}

bool ml_poller_take(Worker *w)
{
    Worker *nobody = NULL;
    return ml_cas(&w->vm->idle.poller, &nobody, w);
}

void ml_poller_leave(Worker *w)
{
    ml_store(&w->vm->idle.poller, NULL);
}

/* The poller has something: from here on it works. */
static void on_ready(void *ctx, void *ud, int events)
{
    Worker *w = ctx;
    Idle *i = &w->vm->idle;
    bool on = true;
    if (w->resting) {
        ml_lock(&i->lock);
        unlist(w);
        on = end_rest(w);
        ml_unlock(&i->lock);
        ml_ptab_unrest(w);
    }
    if (on)
        ml_wait_ready(w->vm, ud, events);
}

static void sleep_in_poller(Worker *w, uint64_t until)
{
    Vm *vm = w->vm;
    int64_t timeout = -1;
    if (until != UINT64_MAX) {
        uint64_t now = ml_now_us(vm);
        timeout = until > now ? (int64_t)(until - now) : 0;
    }
    ml_ledger_add(&w->ledger, LED_SLEEPS);
    ml_unlock(&vm->idle.lock);
    ml_poll_wait(vm->poll, timeout, on_ready, w);
    ml_lock(&vm->idle.lock);
    ml_poller_leave(w);
}

static void sleep_alone(Worker *w, uint64_t until)
{
    Idle *i = &w->vm->idle;
    bool on = true;
    ml_ledger_add(&w->ledger, LED_SLEEPS);
    while (on && !w->woken && !(ml_load(&i->pause) & PAUSE_QUIT))
        if (until == UINT64_MAX)
            ml_cond_wait(&w->idle_cond, &i->lock);
        else
            on = ml_cond_wait_until(&w->idle_cond, &i->lock, w->vm->start_us + until);
}

/* All rest. Is it for ever? */
static void look_at_the_end(Vm *vm)
{
    Idle *i = &vm->idle;
    if (ml_load(&i->pause) || !ml_sched_quiet(vm))
        return;
    if (ml_load(&vm->main))
        ml_deadlock_tell(vm);
    ml_store(&i->pause, ml_load(&i->pause) | PAUSE_DONE);
    ml_tell_host(vm);
}

void ml_park(Worker *w, uint64_t until)
{
    Idle *i = &w->vm->idle;
    ml_ptab_rest(w);
    ml_lock(&i->lock);
    list(w);
    begin_rest(w);
    if (!something_to_do(w)) {
        if (i->nresting == w->vm->nworkers)
            look_at_the_end(w->vm);
        if (ml_load(&i->pause))
            ;
        else if (ml_poller_take(w))
            sleep_in_poller(w, until);
        else
            sleep_alone(w, until);
    }
    unlist(w);
    w->searching |= w->woken;
    if (w->resting)
        end_rest(w);
    ml_unlock(&i->lock);
    ml_ptab_unrest(w);
}

/* The lock is held. */
static void wake(Worker *w)
{
    Idle *i = &w->vm->idle;
    unlist(w);
    w->woken = true;
    ml_add(&i->searching, 1);
    if (ml_load(&i->poller) == w)
        ml_poll_wake(w->vm->poll);
    else
        ml_cond_signal(&w->idle_cond);
}

void ml_wake_one(Vm *vm)
{
    Idle *i = &vm->idle;
    if (!ml_load(&i->count) || ml_load(&i->searching))
        return;
    ml_lock(&i->lock);
    if (i->list)
        wake(i->list);
    ml_unlock(&i->lock);
}

void ml_leave_queue(Worker *w)
{
    ml_runq_offer(&w->q);
    if (ml_runq_offered(&w->q))
        ml_wake_one(w->vm);
}

void ml_search_begin(Worker *w)
{
    if (!w->searching)
        ml_add(&w->vm->idle.searching, 1);
    w->searching = true;
}

void ml_search_end(Worker *w)
{
    if (w->searching)
        ml_sub(&w->vm->idle.searching, 1);
    w->searching = false;
}

/* --- the end, and the host --- */

void ml_tell_done(Vm *vm)
{
    Idle *i = &vm->idle;
    ml_lock(&i->lock);
    ml_store(&i->pause, ml_load(&i->pause) | PAUSE_DONE);
    ml_unlock(&i->lock);
    ml_tell_host(vm);
}

void ml_tell_host(Vm *vm)
{
    if (vm->host_poll)
        ml_poll_wake(vm->host_poll);
}

void ml_world_stop(Vm *vm)
{
    Idle *i = &vm->idle;
    if (!vm->threads || i->stops++)
        return;
    ml_lock(&i->lock);
    ml_store(&i->pause, ml_load(&i->pause) | PAUSE_HOST);
    while (i->nresting < vm->nworkers)
        ml_cond_wait(&i->rested, &i->lock);
    ml_unlock(&i->lock);
    ml_ptab_unrest(vm->guest);
}

/* What the host has done may have changed whether all is over, and it may have
 * filled the queue of each that sleeps. */
void ml_world_go(Vm *vm)
{
    Idle *i = &vm->idle;
    if (!vm->threads || --i->stops)
        return;
    ml_ptab_rest(vm->guest);
    ml_lock(&i->lock);
    ml_store(&i->pause, ml_load(&i->pause) & ~(PAUSE_HOST | PAUSE_DONE));
    ml_cond_broadcast(&i->go);
    while (i->list)
        wake(i->list);
    ml_unlock(&i->lock);
}

void ml_world_quit(Vm *vm)
{
    Idle *i = &vm->idle;
    ml_lock(&i->lock);
    ml_store(&i->pause, ml_load(&i->pause) | PAUSE_QUIT);
    ml_cond_broadcast(&i->go);
    for (unsigned k = 0; k < vm->nworkers; k++)
        ml_cond_signal(&vm->workers[k].idle_cond);
    ml_unlock(&i->lock);
    ml_poll_wake(vm->poll);
}

static void nobody(void *ctx, void *ud, int events)
{
    (void)ctx, (void)ud, (void)events;
}

void ml_host_sleep(Vm *vm, int64_t us)
{
    ml_poll_wait(vm->host_poll, us, nobody, NULL);
}

bool ml_host_is_done(Vm *vm)
{
    return (ml_load(&vm->idle.pause) & PAUSE_DONE) != 0;
}
