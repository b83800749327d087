/*
 * hibernate.c - a process that will wait long holds no more than it uses.
 *
 * The stack is cut to what its frames may use, and a collection moves all into a
 * block of just that size. What the process makes next does not fit, so it is
 * given more when it goes on: hibernating costs a collection now and one soon.
 */
#include <string.h>

#include "stdlib/native/libs.h"
#include "stdlib/native/process_in.h"
#include "vm/run/debug.h"

/* Slots from the bottom of the stack that its frames may use. */
static size_t slots_used(Nat *n)
{
    Proc *p = n->p;
    Frame f;
    size_t most = (size_t)(n->top - p->stk->v);
    p->base = n->base;
    p->top = n->top;
    p->pc = ml_natmore_code;
    for (bool more = ml_frame_first(p, &f); more; more = ml_frame_next(p, &f, false)) {
        size_t end = (size_t)(f.base - p->stk->v) + (f.proto ? f.proto->maxstack + 2u : 0);
        most = end > most ? end : most;
        ml_nat_charge(n, 1);
    }
    return most;
}

/* A large one leaves its place: what lies behind is not moved. */
static void move_stack(Nat *n, size_t cap)
{
    Proc *p = n->p;
    Stack *old = p->stk, *s = (Stack *)(void *)ml_heap_zalloc(n->h, sizeof *s + cap * sizeof(Value), OBJ_STACK);
    ptrdiff_t base = n->base - old->v, top = n->top - old->v;
    memcpy(s->v, old->v, (size_t)top * sizeof(Value));
    s->cap = (uint32_t)cap;
    s->used = (uint32_t)top;
    old->used = 0;
    p->stk = s;
    if (p->own->co)
        p->own->co->stk = s;
    p->base = n->base = s->v + base;
    p->top = n->top = s->v + top;
}

static void cut_stack(Nat *n)
{
    Proc *p = n->p;
    size_t cap = slots_used(n) + STACK_SLACK;
    if (cap >= p->stk->cap)
        return;
    if (p->stk->h.flags & OF_LARGE)
        move_stack(n, cap);
    else
        p->stk->cap = (uint32_t)cap;
    ml_stack_bind(p, p->stk);
}

NatEnd ml_hibernate(Nat *n)
{
    enum { START, LOOK };
    Proc *p = n->p;
    if (p->own->guards)
        return ml_error(n, "attempt to wait inside a guard");
    if (ml_mbox_has_new(&p->mbox) && !ml_proc_signals(p))
        return ml_nat_more(n, LOOK);    /* it ends: the scheduler sees to it */
    if (p->mbox.head)
        return ml_ret0(n);
    if (n->step == START) {             /* the collection comes before the next step */
        cut_stack(n);
        n->h->exact = true;
        ml_gc_request(n->h);
        return ml_nat_more(n, LOOK);
    }
    NatEnd e = ml_nat_wait(n, LOOK, UINT64_MAX);
    if (e == NAT_WAIT)
        p->wait = WAIT_HIBERNATE;
    return e;
}
