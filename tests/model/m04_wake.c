/*
 * m04_wake.c - who makes work sees to it that it is done: the real scheduler, two
 * workers, of which one is kept busy.
 *
 *     spread     the host wakes one, which wakes two; one of them goes on
 *                until the other has run
 *     late       the host wakes the two, for a worker each
 *
 * Property: nothing lies in a queue while a worker sleeps, where slices are long
 * (else: a deadlock, for no clock ticks). Bound: 1 preemption, and more by chance.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/base/rand.c vm/base/timer.c vm/base/timers.c
 * sources: vm/proc/mailbox.c vm/proc/tags.c vm/proc/ptab.c vm/proc/vm.c
 * sources: vm/run/park.c vm/run/runq.c vm/run/sched.c vm/run/wait.c vm/run/worker.c
 *
 * mutant no-second-look in spread: vm/run/park.c
 *   - if (!something_to_do(w)) {
 *   + if (!ml_load(&w->vm->idle.pause)) {
 * mutant weak-count in spread: vm/run/park.c
 *   - ml_store(&i->count, ml_load_relaxed(&i->count) + 1);
 *   + ml_store_relaxed(&i->count, ml_load_relaxed(&i->count) + 1);
 * mutant wrong-bed in late: vm/run/park.c
 *   - if (ml_load(&i->poller) == w)
 *   + if (false)
 * mutant searches-for-ever in spread: vm/run/sched.c
 *   - p = steal(w);
 *   - ml_search_end(w);
 *   + p = steal(w), ml_search_end(w);
 * mutant tells-nobody in spread: vm/run/sched.c
 *   - if (w->vm->nworkers > 1 && has_much(w))
 *   - ml_leave_queue(w);
 *   +
 * mutant wakes-one in late: vm/run/park.c
 *   - while (i->list)
 *   - wake(i->list);
 *   + if (i->list)
 *   + wake(i->list);
 * mutant rests-in-secret in late: vm/run/park.c
 *   - if (++i->nresting == w->vm->nworkers)
 *   + if (++i->nresting > w->vm->nworkers)
 */
#include "tests/model/world.h"

static _Atomic(int) has_run;

/* Whether all is over is m04_idle.c's matter. */
static void begin(void)
{
    world_begin(2);
    ml_store(&has_run, 0);
    ml_store(&vm.nhosts, 1);
    ex_calm(&vm.main, sizeof vm.main);
    ex_calm(&vm.noutside, sizeof vm.noutside);
    ex_calm(&vm.nhosts, sizeof vm.nhosts);
    for (unsigned i = 0; i < vm.nrecords; i++) {
        vm.workers[i].usual_slice = 4000;
        ex_calm(&vm.workers[i].ups, sizeof vm.workers[i].ups);
        ex_calm(&vm.workers[i].downs, sizeof vm.workers[i].downs);
    }
}

static RunEnd listens(Proc *p)
{
    (void)p;
    return got[0] ? RUN_EXIT : RUN_WAIT;
}

static bool has_the_other(void *ud)
{
    (void)ud;
    return has_run;
}

/* Keeps its worker busy for as long. */
static RunEnd goes_on(Proc *p)
{
    (void)p;
    ex_enter_when(&has_run, has_the_other, NULL, false);
    ex_leave(&has_run);
    world_send(pids[0]);
    return RUN_EXIT;
}

static RunEnd runs(Proc *p)
{
    (void)p;
    ml_store(&has_run, 1);
    return RUN_EXIT;
}

/* Both come to the worker of this one, which then waits for an answer. */
static RunEnd wakes_two(Proc *p)
{
    if (p->own->nat_step++ == 0) {
        world_send(pids[1]);
        world_send(pids[2]);
    }
    return got[0] ? RUN_EXIT : RUN_WAIT;
}

/* The host changes something while all rest, some of them asleep. */
static void host_wakes(int first, int last)
{
    EX_CHECK(ml_workers_start(&vm));
    ml_world_stop(&vm);
    for (int i = first; i <= last; i++)
        ml_sched_wake(&vm, procs[i]);
    ml_store(&vm.nhosts, 0);
    ml_world_go(&vm);
    world_wait_for_end();
    EX_CHECK(!told_deadlock);
    world_end();
}

static void spread(void)
{
    begin();
    world_spawn(0, wakes_two, PROC_WAITING);
    world_spawn(1, goes_on, PROC_WAITING);
    world_spawn(2, runs, PROC_WAITING);
    host_wakes(0, 0);
}

/* Each comes to another worker. */
static void late(void)
{
    begin();
    world_spawn(0, listens, PROC_WAITING);
    world_spawn(1, runs, PROC_WAITING);
    world_spawn(2, goes_on, PROC_WAITING);
    host_wakes(1, 2);
}

const Model models[] = {
    { .name = "spread", .run = spread, .preemptions = 1, .chance = 10000 },
    { .name = "late", .run = late, .preemptions = 1, .chance = 10000 },
    { 0 }
};
