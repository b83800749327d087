/*
 * job.c - processes that wait for a job: submitting it, and waking the owner
 * when it is done. The owner is found again by its pid: it may be long gone.
 */
#include "vm/edge/block.h"
#include "vm/edge/job.h"
#include "vm/proc/sim.h"
#include "vm/run/poll.h"
#include "vm/run/sched.h"
#include "vm/run/wait.h"

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
    if (n->p->guards)
        return ml_nat_more(n, step);
    return ml_nat_wait(n, step, ml_now_us(vm) + us);
}

NatEnd ml_wait_job(Nat *n, int step, Job *j)
{
    return ml_wait_job_of(n, step, j, &n->p->vm->pool);
}

NatEnd ml_wait_job_of(Nat *n, int step, Job *j, struct Pool **pool)
{
    Proc *p = n->p;
    Vm *vm = p->vm;
    if (ml_job_is_done(j))
        return ml_nat_more(n, step);
    if (vm->sim)
        return run_here(n, step, j);
    if (!j->queued) {
        if (!*pool)
            *pool = ml_pool_new(&vm->mem, 1, ml_job_finished);
        j->owner = p->pid;
        j->queued = true;
        if (!*pool || !ml_pool_submit(*pool, j)) {
            j->queued = false;
            return ml_error(n, "no thread for blocking work");
        }
    }
    ml_wait_begin(p, WAIT_JOB);
    n->next = step;
    return NAT_WAIT;
}

typedef struct Done { Outside o; Value pid; } Done;

static void wake_owner(Vm *vm, Outside *o)
{
    Done *d = (Done *)(void *)o;
    Proc *p = ml_proc_find(vm, d->pid);
    if (p)
        ml_sched_wake(vm, p);
    ml_mem_free(&vm->mem, d, sizeof *d);
}

void ml_job_finished(Job *j)
{
    Vm *vm = j->vm;
    Value owner = j->owner;
    ml_store(&j->done, 1);
    if (ml_is_nil(owner))
        return;
    Done *d = ml_mem_alloc(&vm->mem, sizeof *d);
    if (!d) {
        ml_poll_wake(vm->poll);
        return;
    }
    *d = (Done){ .o.fn = wake_owner, .pid = owner };
    ml_outside(vm, &d->o);
}
