/*
 * m15_close.c - the threads of a VM are ended while everything is under way.
 *
 *     talk       processes send each other messages
 *     crossing   one is woken by the other worker while it begins to wait; all come to their end
 *     outside    another thread leaves something outside
 *     stopped    the host has stopped the world, woken somebody, and ends it at once
 *
 * Properties: the threads end; what was left outside is done once, by a worker or
 * by the host afterwards; nothing is left. Bound: 2 preemptions, and more by
 * chance.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/base/rand.c vm/base/timer.c vm/base/timers.c
 * sources: vm/proc/mailbox.c vm/proc/tags.c vm/proc/ptab.c vm/proc/vm.c
 * sources: vm/run/park.c vm/run/runq.c vm/run/sched.c vm/run/wait.c vm/run/worker.c
 *
 * mutant sleeps-on in outside: vm/run/park.c
 *   - ml_cond_signal(&vm->workers[k].idle_cond);
 *   + (void)k;
 * mutant rests-on in stopped: vm/run/park.c
 *   - while ((why = ml_load(&i->pause)) != 0 && !(why & PAUSE_QUIT))
 *   + while ((why = ml_load(&i->pause)) != 0)
 * mutant poller-sleeps-on in outside: vm/run/park.c
 *   - ml_unlock(&i->lock);
 *   - ml_poll_wake(vm->poll);
 *   + ml_unlock(&i->lock);
 * mutant done-twice in outside: vm/run/sched.c
 *   - Outside *o = ml_swap(&vm->outside, NULL), *in_order = NULL;
 *   + Outside *o = ml_load(&vm->outside), *in_order = NULL;
 * mutant folds-late in crossing: vm/run/sched.c
 *   - ml_proc_fold(p);
 *   - if (ml_flow_park(w->vm, p, stands)) {
 *   + if (ml_flow_park(w->vm, p, stands)) {
 *   + ml_proc_fold(p);
 */
#include "tests/model/world.h"

static RunEnd asks(Proc *p)
{
    if (p->own->nat_step++ == 0)
        world_send(pids[1]);
    return got[0] ? RUN_EXIT : RUN_WAIT;
}

static RunEnd answers(Proc *p)
{
    (void)p;
    if (!got[1])
        return RUN_WAIT;
    world_send(pids[0]);
    return RUN_EXIT;
}

static void two_that_talk(void)
{
    world_begin(2);
    world_spawn(0, asks, PROC_READY);
    world_spawn(1, answers, PROC_WAITING);
    EX_CHECK(ml_workers_start(&vm));
}

static void talk(void)
{
    two_that_talk();
    world_end();
    ex_seen(got[1] ? 1 : 2);
}

/* --- crossing --- */

/* It goes on while the two answer, one of them on the other worker. */
static RunEnd asks_both(Proc *p)
{
    if (p->own->nat_step++ > 0)
        return got[0] == 2 ? RUN_EXIT : RUN_WAIT;
    world_send(pids[1]);
    world_send(pids[2]);
    return RUN_YIELD;
}

static RunEnd replies(Proc *p)
{
    (void)p;
    world_send(pids[0]);
    return RUN_EXIT;
}

static void crossing(void)
{
    world_begin(2);
    for (unsigned i = 0; i < vm.nrecords; i++)
        vm.workers[i].usual_slice = 4000;
    world_spawn(0, asks_both, PROC_READY);
    world_spawn(1, replies, PROC_WAITING);
    world_spawn(2, replies, PROC_WAITING);
    EX_CHECK(ml_workers_start(&vm));
    world_wait_for_end();
    EX_CHECK(!told_deadlock && got[0] == 2);
    world_end();
}

/* --- outside --- */

static Outside parcel;
static _Atomic(int) unpacked;

static void unpack(Vm *v, Outside *o)
{
    (void)v, (void)o;
    ml_add(&unpacked, 1);
}

static void leaves(void *ud)
{
    (void)ud;
    ml_outside(&vm, &parcel);
}

static RunEnd waits(Proc *p)
{
    (void)p;
    return RUN_WAIT;
}

static void outside(void)
{
    world_begin(2);
    ml_store(&vm.nhosts, 1);
    ml_store(&unpacked, 0);
    parcel = (Outside){ .fn = unpack };
    world_spawn(0, waits, PROC_WAITING);
    EX_CHECK(ml_workers_start(&vm));
    int other = ex_thread(leaves, NULL);
    ml_workers_stop(&vm);
    ex_join(other);
    ex_seen(ml_load(&unpacked) ? 1 : 2);
    Outside *left = ml_swap(&vm.outside, NULL);     /* as ml_vm_free does */
    if (left)
        left->fn(&vm, left);
    EX_CHECK(ml_load(&unpacked) == 1);
    world_end();
}

/* --- stopped --- */

static void stopped(void)
{
    two_that_talk();
    ml_world_stop(&vm);
    world_send(pids[1]);
    world_end();
}

const Model models[] = {
    { .name = "talk", .run = talk, .preemptions = 2, .chance = 10000, .outcomes = 3 },
    { .name = "crossing", .run = crossing, .preemptions = 1, .chance = 10000 },
    { .name = "outside", .run = outside, .preemptions = 2, .chance = 10000, .outcomes = 3 },
    { .name = "stopped", .run = stopped, .preemptions = 2, .chance = 10000 },
    { 0 }
};
