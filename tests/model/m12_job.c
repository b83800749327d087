/*
 * m12_job.c - a process waits for a job of the pool: the real scheduler, jobs
 * and pool, one worker and one thread of the pool.
 *
 *     waits      it gets what the job has made, submits it once more, and ends; a
 *                message makes it look in between
 *     closed     the VM is freed at any time
 *     killed     another process ends it at any time; the job is done for nobody
 *
 * Properties: who waits is told, sees the result, and finds the job free to be
 * submitted again; the job is freed once. Bound: 2 preemptions, and more by
 * chance.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/base/rand.c vm/base/timer.c vm/base/timers.c
 * sources: vm/proc/mailbox.c vm/proc/tags.c vm/proc/ptab.c vm/proc/vm.c vm/edge/block.c vm/edge/job.c
 * sources: vm/run/park.c vm/run/runq.c vm/run/sched.c vm/run/wait.c vm/run/worker.c
 *
 * mutant done-before-told in waits: vm/edge/job.c
 *   - j->told.fn = wake_owner;
 *   + j->told.fn = wake_owner;
 *   + ml_store(&j->done, 1);
 * mutant nobody-told in waits: vm/edge/job.c
 *   - if (p)
 *   - ml_sched_wake(vm, p);
 *   + (void)p;
 * mutant kept-by-nobody in killed: vm/edge/block.c
 *   - ml_shared_ref(&j->h);
 *   +
 * mutant not-counted in waits: vm/run/sched.c
 *   - return !ml_load(&vm->nio);
 *   + return true;
 */
#include "tests/model/world.h"
#include "vm/edge/block.h"

typedef struct Work {
    Job job;
    int result;                 /* whoever has the job */
} Work;

static Work *work;
static int   left;              /* so often it is done; the process */
static bool  held;              /* by the process */

static void release(Shared *s)
{
    ml_mem_free(&vm.mem, s, sizeof(Work));
}

static void run_job(Job *j)
{
    ((Work *)(void *)j)->result++;
}

static void let_go(void)
{
    if (held)
        ml_shared_unref(&work->job.h);
    held = false;
}

static RunEnd waits_for_it(Proc *p)
{
    Nat n = { .p = p };
    if (work->job.queued && ml_job_is_done(&work->job)) {
        EX_CHECK(work->result == 3 - left);
        if (--left == 0) {
            let_go();
            return RUN_EXIT;
        }
        ml_job_again(&work->job);
    }
    return ml_wait_job(&n, 1, &work->job) == NAT_WAIT ? RUN_WAIT : RUN_YIELD;
}

static void begin(Script first)
{
    world_begin(1);
    vm.pool = ml_pool_new(&vm.mem, 1, ml_job_finished);
    work = ml_mem_zalloc(&vm.mem, sizeof *work);
    ml_job_init(&work->job, &vm, sizeof *work, release);
    work->job.run = run_job;
    left = 2;
    held = true;
    world_spawn(0, first, PROC_READY);
}

/* As ml_vm_free. */
static void end(void)
{
    ml_workers_stop(&vm);
    ml_pool_free(vm.pool);
    for (Outside *o = ml_swap(&vm.outside, NULL), *next; o; o = next) {
        next = o->next;
        o->fn(&vm, o);
    }
    let_go();
    world_end();
}

/* A message makes who waits look too early. */
static RunEnd disturbs(Proc *p)
{
    if (p->own->nat_step++ < 1)
        return RUN_YIELD;
    world_send(pids[0]);
    return RUN_EXIT;
}

static void waits(void)
{
    begin(waits_for_it);
    world_spawn(1, disturbs, PROC_READY);
    EX_CHECK(ml_workers_start(&vm));
    world_wait_for_end();
    EX_CHECK(!held && !told_deadlock);
    end();
}

static void closed(void)
{
    begin(waits_for_it);
    EX_CHECK(ml_workers_start(&vm));
    end();
}

/* It ends when it is woken by the other one's message, whatever the job does. */
static RunEnd waits_until_killed(Proc *p)
{
    Nat n = { .p = p };
    if (got[0]) {
        ex_seen(ml_job_is_done(&work->job) ? 1 : 2);
        let_go();
        return RUN_EXIT;
    }
    if (work->job.queued && ml_job_is_done(&work->job))
        return RUN_WAIT;
    return ml_wait_job(&n, 1, &work->job) == NAT_WAIT ? RUN_WAIT : RUN_YIELD;
}

static void killed(void)
{
    begin(waits_until_killed);
    world_spawn(1, disturbs, PROC_READY);
    EX_CHECK(ml_workers_start(&vm));
    world_wait_for_end();
    end();
}

const Model models[] = {
    { .name = "waits", .run = waits, .preemptions = 2, .chance = 10000 },
    { .name = "closed", .run = closed, .preemptions = 2, .chance = 10000 },
    { .name = "killed", .run = killed, .preemptions = 2, .chance = 10000, .outcomes = 3 },
    { 0 }
};
