/*
 * wait.c - processes that wait for descriptors or the clock. (For jobs:
 * vm/edge/job.c.)
 *
 * A waiting process is found again by its pid, never by a pointer: the event
 * may come when it is long gone. The poller is given the pid's index and
 * generation packed into its `ud`.
 */
#include "vm/run/poll.h"
#include "vm/run/sched.h"
#include "vm/run/wait.h"

/* A built-in waits. The wait is the same as before when it was woken for
 * nothing: by a message that it does not look at, or by a question. */
static void begins(Nat *n, WaitKind kind)
{
    Proc *p = n->p;
    bool again = n->step > 0 && (kind == WAIT_RECEIVE || (p->own->waited & WAITED_ASKED));
    p->own->waited = again ? p->own->waited & ~WAITED_ASKED : 0;
}

NatEnd ml_nat_wait(Nat *n, int step, uint64_t until_us)
{
    Proc *p = n->p;
    if (p->own->guards)
        return ml_error(n, "attempt to wait inside a guard");
    begins(n, WAIT_RECEIVE);
    p->wait = WAIT_RECEIVE;
    p->awaits = 0;
    ml_proc_disarm(p);
    if (until_us != UINT64_MAX)
        ml_proc_arm(p, until_us);
    n->next = step;
    return NAT_WAIT;
}

bool ml_claim(Nat *n, Claim *c)
{
    if (ml_swap(c, 1))
        return false;
    n->p->own->claim = c;
    return true;
}

void ml_claim_end(Nat *n)
{
    ml_store(n->p->own->claim, 0);
    n->p->own->claim = NULL;
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

void ml_wait_begin(Nat *n, WaitKind kind)
{
    begins(n, kind);
    n->p->wait = (uint8_t)kind;
    ml_add(&n->p->vm->nio, 1);
}

NatEnd ml_wait_fd(Nat *n, int step, int fd, int events)
{
    Proc *p = n->p;
    if (!ml_poll_arm(p->vm->poll, fd, events, pack_pid(p->pid)))
        return ml_nat_more(n, step);
    p->own->wait_fd = fd;
    ml_wait_begin(n, WAIT_IO);
    n->next = step;
    return NAT_WAIT;
}

void ml_wait_ready(void *ctx, void *ud, int events)
{
    Vm *vm = ctx;
    (void)events;
    if (ud == vm->stdio) {
        vm->stdio_flush(vm, false);
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
        ml_poll_disarm(vm->poll, p->own->wait_fd, pack_pid(p->pid));
    ml_sub(&vm->nio, 1);
    p->wait = WAIT_NONE;
}
