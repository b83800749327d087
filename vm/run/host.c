/*
 * host.c - a host as a process: it has a pid, a mailbox, links and monitors
 * as any other, but instead of code a callback.
 */
#include <setjmp.h>

#include "vm/proc/inspect.h"
#include "vm/proc/signal.h"
#include "vm/proc/trace.h"
#include "vm/run/host.h"
#include "vm/run/sched.h"
#include "vm/run/slow.h"
#include "vm/run/stretch.h"

Proc *ml_host_new(Vm *vm, void (*on_msg)(void *ctx, Vm *vm, Value msg), void *ctx)
{
    Proc *p = ml_proc_new(vm, 256);
    if (!p)
        return NULL;
    p->is_host = true;
    p->own->on_message = on_msg;
    p->own->on_message_ctx = ctx;
    p->own->trap_exit = true;
    ml_store(&p->state, PROC_WAITING);
    p->does = DOES_WAIT + WAIT_RECEIVE;
    ml_trace_spawn(p);
    return p;
}

void ml_host_close(Vm *vm, Proc *host)
{
    if (ml_load(&host->state) == PROC_READY)
        ml_sched_drop(vm, host);
    host->own->reason = ml_v_str(ml_sym(vm, "normal"));
    ml_proc_exit(host);
}

static void tell(Proc *p)
{
    ml_proc_signals(p);
    if (p->own->questions)
        ml_info_work(p);
    ml_mbox_rewind(&p->mbox);
    while (ml_mbox_next(&p->mbox)) {
        Value v = ml_proc_take_msg(p);
        p->own->on_message(p->own->on_message_ctx, p->vm, v);
        ml_mbox_rewind(&p->mbox);
    }
    if (p->heap->want_gc || p->heap->frag_bytes > 4096)
        STRETCH_APART(p->vm, "collection", ml_proc_gc(p, 0));
}

/* Everything in the mailbox is given to the callback. */
void ml_host_run(Proc *p)
{
    jmp_buf out;
    Worker *w = ml_here(p->vm);
    w->oom_jump = &out;
    if (setjmp(out))
        p->own->on_message(p->own->on_message_ctx, p->vm, ml_v_nil());
    else
        tell(p);
    w->oom_jump = NULL;
    p->does = DOES_WAIT + WAIT_RECEIVE;
    if (p->mbox.head || p->own->questions)
        ml_sched_wake(p->vm, p);
}
