/*
 * job.c - processes that wait for a job: submitting it, and waking the owner
 * when it is done. The owner is found again by its pid: it may be long gone.
 *
 *     owner --submit--> pool: run --ml_outside--> worker: done, wakes the owner
 *
 * There are two pools. What waits for disks and children waits without using a
 * core, so there may be several threads for each; compiling uses one, and more
 * threads than cores would only get in the workers' way.
 */
#include "vm/edge/block.h"
#include "vm/edge/job.h"
#include "vm/proc/sim.h"
#include "vm/run/poll.h"
#include "vm/run/sched.h"
#include "vm/run/wait.h"

enum { THREADS_PER_CORE = 4, THREADS_MOST = 64 };

static int at_most(int n, int most) { return n < most ? n : most; }

/* In a run that can be repeated: at once, here. It seems to take its time, and
 * a thread of its own, for longer than the slice under way: others have turns. */
static NatEnd run_here(Nat *n, int step, Job *j)
{
    enum { SHORTEST = 300, LONGEST = 14 };      /* microseconds; the longest as a power of two */
    Vm *vm = n->p->vm;
    j->queued = true;
    j->run(j);
    ml_store(&j->done, 1);
    uint64_t us = SHORTEST + ml_sim_choose(vm->sim, (uint64_t)1 << ml_sim_choose(vm->sim, LONGEST));
    if (n->p->own->guards)
        return ml_nat_more(n, step);
    return ml_nat_wait(n, step, ml_now_us(vm) + us);
}

bool ml_pools_init(Vm *vm)
{
    int cores = ml_thread_cores();
    if (vm->sim)                /* jobs are done here and now */
        return true;
    vm->pool = ml_pool_new(&vm->mem, at_most(cores * THREADS_PER_CORE, THREADS_MOST), ml_job_finished);
    vm->compilers = ml_pool_new(&vm->mem, at_most(cores, THREADS_MOST), ml_job_finished);
    return vm->pool && vm->compilers;
}

void ml_pools_fini(Vm *vm)
{
    if (vm->compilers)
        ml_pool_free(vm->compilers);
    if (vm->pool)
        ml_pool_free(vm->pool);
    vm->compilers = vm->pool = NULL;
}

NatEnd ml_wait_job(Nat *n, int step, Job *j)
{
    return ml_wait_job_of(n, step, j, n->p->vm->pool);
}

NatEnd ml_wait_job_of(Nat *n, int step, Job *j, struct Pool *pool)
{
    Proc *p = n->p;
    Vm *vm = p->vm;
    if (ml_job_is_done(j))
        return ml_nat_more(n, step);
    if (vm->sim)
        return run_here(n, step, j);
    if (!j->queued) {
        j->owner = p->pid;
        j->queued = true;
        if (!ml_pool_submit(pool, j)) {
            j->queued = false;
            return ml_error(n, "no thread for blocking work");
        }
    }
    ml_wait_begin(n, WAIT_JOB);
    n->next = step;
    return NAT_WAIT;
}

/* Worker. Once it is done the owner may do with it what he likes, on another
 * worker. */
static void wake_owner(Vm *vm, Outside *o)
{
    Job *j = (Job *)(void *)((char *)o - offsetof(Job, told));
    Value owner = j->owner;
    ml_store(&j->done, 1);
    Proc *p = ml_proc_find(vm, owner);
    if (p)
        ml_sched_wake(vm, p);
    ml_shared_unref(&j->h);
}

void ml_job_finished(Job *j)
{
    if (ml_is_nil(j->owner)) {          /* nobody waits */
        ml_store(&j->done, 1);
        ml_shared_unref(&j->h);
        return;
    }
    j->told.fn = wake_owner;
    ml_outside(j->vm, &j->told);
}
