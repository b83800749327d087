/*
 * wait.c - processes that wait for descriptors, jobs, or the clock.
 *
 * A waiting process is found again by its pid, never by a pointer: the event
 * may come when it is long gone. The poller is given the pid's index and
 * generation packed into its `ud`; a job carries the pid.
 */
#include <stdlib.h>

#include "vm/base/check.h"
#include "vm/edge/block.h"
#include "vm/edge/out.h"
#include "vm/run/poll.h"
#include "vm/run/wait.h"
#include "vm/proc/vm.h"

NatEnd ml_nat_wait(Nat *n, int step, uint64_t until_us)
{
    Proc *p = n->p;
    if (p->guards)
        return ml_error(n, "attempt to wait inside a guard");
    p->wait = WAIT_RECEIVE;
    ml_proc_disarm(p);
    if (until_us != UINT64_MAX)
        ml_proc_arm(p, until_us);
    n->next = step;
    return NAT_WAIT;
}

static void *pack_pid(Value pid)
{
    return (void *)(uintptr_t)((uint64_t)ml_pid_gen(pid) << 32 | ml_pid_index(pid));
}

static Value unpack_pid(void *ud)
{
    uint64_t u = (uintptr_t)ud;
    return ml_pid_make((uint32_t)u, (uint32_t)(u >> 32));
}

static void io_begins(Proc *p, WaitKind kind)
{
    p->wait = (uint8_t)kind;
    p->vm->nio++;
    p->vm->nio_background += p->background;
}

NatEnd ml_wait_fd(Nat *n, int step, int fd, int events)
{
    Proc *p = n->p;
    if (!ml_poll_arm(p->vm->poll, fd, events, pack_pid(p->pid)))
        return ml_nat_more(n, step);
    p->wait_fd = fd;
    io_begins(p, WAIT_IO);
    n->next = step;
    return NAT_WAIT;
}

NatEnd ml_wait_job(Nat *n, int step, Job *j)
{
    Proc *p = n->p;
    Vm *vm = p->vm;
    if (ml_job_is_done(j))
        return ml_nat_more(n, step);
    if (!j->queued) {
        if (!vm->pool)
            vm->pool = ml_pool_new(&vm->mem, 1, ml_job_finished);
        j->owner = p->pid;
        j->queued = true;
        if (!vm->pool || !ml_pool_submit(vm->pool, j)) {
            j->queued = false;
            return ml_error(n, "no thread for blocking work");
        }
    }
    io_begins(p, WAIT_JOB);
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

void ml_wait_ready(void *ctx, void *ud, int events)
{
    Vm *vm = ctx;
    (void)events;
    if (ud == vm->stdio) {
        ml_out_flush(vm, false);
        return;
    }
    Proc *p = ml_proc_find(vm, unpack_pid(ud));
    if (p)
        ml_sched_wake(vm, p);
}

void ml_wait_cancel(Proc *p)
{
    Vm *vm = p->vm;
    if (p->wait != WAIT_IO && p->wait != WAIT_JOB)
        return;
    if (p->wait == WAIT_IO)
        ml_poll_disarm(vm->poll, p->wait_fd, pack_pid(p->pid));
    vm->nio--;
    vm->nio_background -= p->background;
    p->wait = WAIT_NONE;
}
