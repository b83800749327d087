/*
 * m04_idle.c - workers that sleep and are woken: the real scheduler, two
 * workers, processes of a few steps. No clock ticks: a wake-up that is lost is
 * a deadlock.
 *
 *     talk       two processes send each other a message, and end
 *     outside    a process waits for what another thread leaves outside
 *     ready      a process waits for a descriptor, another runs meanwhile
 *     tail       main ends, another one wakes a third and ends
 *     stuck      main waits for ever: the host is told of a deadlock
 *
 * Properties: what is ready runs; the end is seen when all is over, and not
 * before; the threads end; nothing is left. Bound: 1 preemption, and more by chance.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/base/rand.c vm/base/timer.c vm/base/timers.c
 * sources: vm/proc/mailbox.c vm/proc/tags.c vm/proc/ptab.c vm/proc/vm.c
 * sources: vm/run/park.c vm/run/runq.c vm/run/sched.c vm/run/wait.c vm/run/worker.c
 *
 * mutant no-last-look in stuck: vm/run/park.c
 *   - if (i->nresting == w->vm->nworkers)
 *   - look_at_the_end(w->vm);
 *   +
 * mutant wakes-too-early in outside: vm/run/sched.c
 *   - while (!ml_cas(&vm->outside, &old, o));
 *   - ml_poll_wake(vm->poll);
 *   + while (ml_poll_wake(vm->poll), !ml_cas(&vm->outside, &old, o));
 * mutant begun-first in tail: vm/proc/activity.h
 *   - ended += ml_load_acquire(&vm->workers[i].downs);
 *   - for (unsigned i = 0; i < vm->nrecords; i++)
 *   - begun += ml_load_acquire(&vm->workers[i].ups);
 *   + begun += ml_load_acquire(&vm->workers[i].ups);
 *   + for (unsigned i = 0; i < vm->nrecords; i++)
 *   + ended += ml_load_acquire(&vm->workers[i].downs);
 * mutant unordered-ends in tail: vm/proc/activity.h
 *   - ml_store_release(&w->downs, ml_load_relaxed(&w->downs) + 1);
 *   + ml_store_relaxed(&w->downs, ml_load_relaxed(&w->downs) + 1);
 * mutant ends-early in tail: vm/run/sched.c
 *   - if (!p->active && !p->background) {
 *   + if (!p->active && p->is_main) {
 */
#include "tests/model/world.h"

/* --- talk --- */

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

static void talk(void)
{
    world_begin(2);
    world_spawn(0, asks, PROC_READY);
    world_spawn(1, answers, PROC_READY);
    EX_CHECK(ml_workers_start(&vm));
    world_wait_for_end();
    EX_CHECK(got[0] == 1 && got[1] == 1 && !told_deadlock);
    world_end();
}

/* --- outside --- */

static Outside parcel;

static void unpack(Vm *v, Outside *o)
{
    (void)o;
    ml_store(&v->nhosts, 0);            /* that was all */
    world_send(pids[0]);
}

static void leaves(void *ud)
{
    (void)ud;
    ml_outside(&vm, &parcel);
}

static RunEnd listens(Proc *p)
{
    (void)p;
    return got[0] ? RUN_EXIT : RUN_WAIT;
}

static void outside(void)
{
    world_begin(2);
    ml_store(&vm.nhosts, 1);            /* something may come */
    parcel = (Outside){ .fn = unpack };
    world_spawn(0, listens, PROC_READY);
    EX_CHECK(ml_workers_start(&vm));
    int other = ex_thread(leaves, NULL);
    world_wait_for_end();
    ex_join(other);
    EX_CHECK(got[0] == 1);
    world_end();
}

/* --- ready --- */

static RunEnd reads(Proc *p)
{
    if (p->own->nat_step++ == 0) {
        Nat n = { .p = p };
        EX_CHECK(ml_wait_fd(&n, 1, 5, POLL_READ) == NAT_WAIT);
        return RUN_WAIT;
    }
    return RUN_EXIT;
}

static RunEnd passes(Proc *p)
{
    return p->own->nat_step++ ? RUN_EXIT : RUN_YIELD;
}

static void ready(void)
{
    world_begin(2);
    world_spawn(0, reads, PROC_READY);
    world_spawn(1, passes, PROC_READY);
    void *ud = (void *)(uintptr_t)((uint64_t)ml_pid_gen(pids[0]) << 32);
    EX_CHECK(ml_workers_start(&vm));
    int other = ex_thread(poll_is_ready, ud);
    world_wait_for_end();
    ex_join(other);
    world_end();
}

/* --- tail --- */

static _Atomic(int) all_done;

static RunEnd ends(Proc *p)
{
    (void)p;
    return RUN_EXIT;
}

static RunEnd wakes_the_third(Proc *p)
{
    (void)p;
    world_send(pids[2]);
    return RUN_EXIT;
}

static RunEnd comes_last(Proc *p)
{
    if (!got[2])
        return RUN_WAIT;
    if (p->own->nat_step++ == 0)
        return RUN_YIELD;
    ml_store(&all_done, 1);
    return RUN_EXIT;
}

static void tail(void)
{
    world_begin(2);
    ml_store(&all_done, 0);
    world_spawn(0, ends, PROC_READY);
    world_spawn(1, wakes_the_third, PROC_READY);
    world_spawn(2, comes_last, PROC_WAITING);
    EX_CHECK(ml_workers_start(&vm));
    world_wait_for_end();
    EX_CHECK(ml_load(&all_done));
    world_end();
}

/* --- stuck --- */

static RunEnd waits(Proc *p)
{
    (void)p;
    return RUN_WAIT;
}

static void stuck(void)
{
    world_begin(2);
    world_spawn(0, waits, PROC_READY);
    world_spawn(1, passes, PROC_READY);
    EX_CHECK(ml_workers_start(&vm));
    world_wait_for_end();
    EX_CHECK(told_deadlock);
    world_end();
}

const Model models[] = {
    { .name = "talk", .run = talk, .preemptions = 1, .chance = 10000 },
    { .name = "outside", .run = outside, .preemptions = 1, .chance = 10000 },
    { .name = "ready", .run = ready, .preemptions = 1, .chance = 10000 },
    { .name = "tail", .run = tail, .preemptions = 1, .chance = 10000 },
    { .name = "stuck", .run = stuck, .preemptions = 1, .chance = 10000 },
    { 0 }
};
