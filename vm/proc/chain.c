/*
 * chain.c - senders that wait for room in a full mailbox, so that nobody waits
 * for ever.
 *
 * A sender to a full mailbox is held back: it waits, its message in hand, and
 * the owner of the mailbox lets it in when it has taken one out. Done just so,
 * this deadlocks: two processes that send to each other wait for each other;
 * a receiver whose mailbox is full of what it does not want yet never gets what
 * it does want. So waits are followed. There are two kinds of edges:
 *
 *     S --waits for room in the mailbox of--> Q
 *     X --waits for a reply of-->             D    a receive that pins one ref
 *
 * Each process has one edge at most, so from a receiver leads one chain. A sender
 * is held back only if that chain ends at a process that can go on by itself:
 * ready, running, asleep until a time, waiting for a descriptor or a job. If it
 * ends at one that waits for whatever message may come and has looked at all
 * it has, or in a circle, the message is let through although there is no room.
 *
 * What holds, whenever the lock is free:
 *
 *     The chain of every sender held back ends at a process that can go on, or
 *     at one that has begun to wait and is about to look (ml_flow_waits).
 *
 * So there is no deadlock among them: somebody goes on, as long as one is held
 * back. What can break it is only that the process at an end begins to wait.
 * That one must notice. Who follows a chain leaves a mark on everybody it comes
 * by, first the mark, then it looks what the process does; a process that begins
 * to wait says what it hopes for, then changes its state, then looks for a mark:
 *
 *     follows:   marked = true;     look at state, stands, owed_by
 *     waits:     stands, owed_by;   state = WAITING;   look at marked
 *
 * All are sequentially consistent, so one of the two sees the other. Who finds
 * itself marked takes the lock and follows its own chain on. If that goes on, its
 * new end is marked now. If not, somebody must be let through: those held back
 * on this chain are found against the direction of its edges, for which there
 * are lists.
 *
 *     S1, S2 --> Q ==> D        Q.first = S1, S2;   D.creditors = Q
 *
 * One is let through for each process that somebody waits directly: the oldest.
 * Its message makes the receiver ready, so the chains of all others behind that
 * receiver end there, at a process that can go on. It takes the message or waits
 * anew, and is marked. So a full mailbox gets one message more at a time, never
 * all there are.
 *
 * A list `creditors` may hold one that waits for something else by now. It was
 * marked, so it has followed its new chain itself; here it is passed over.
 *
 * Room. Who is held back enters the list, makes itself counted in `nwaiting`, and
 * then tries once more to get in; the owner takes its message off the account
 * first and looks at `nwaiting` then. Again one sees the other. Let in is always
 * the first of the list, by whoever has made the room: it pushes the message of
 * the waiting sender and wakes it. A sender that finds others waiting gets in
 * line. Nothing of a sender can pass its own message, as it does not run.
 *
 * Ends. A process that ends, or is made to do something else (an interrupt),
 * takes itself off: its message is lost with it. Those that wait for room with it
 * send to the dead, as they had done anyway. Under the lock `over` is set, and
 * nobody is added any more. An edge to D is made first, and then it is
 * looked whether D ends; D says that it ends first, and looks at its lists then.
 *
 * A message that is in the account may not be in the inbox yet. Who waits for any
 * message, and has not had all that was let in, is about to be woken: it goes on.
 * So where a receiver takes whatever comes, no more is let in than the limit says.
 *
 * No memory for a mark: the message is let through. That is always safe.
 *
 * Lock order: wheel of timers, this lock, subscribers, run queues.
 */
#include "vm/proc/flow.h"
#include "vm/proc/realm.h"
#include "vm/proc/signal.h"

/* --- lists; all under the lock --- */

static Flow *flow_of(Proc *p)
{
    Flow *f = ml_load(&p->flow);
    if (f)
        return f;
    f = ml_mem_zalloc(&p->vm->mem, sizeof *f);
    if (!f)
        return NULL;
    f->p = p;
    ml_store(&p->flow, f);
    return f;
}

Flow *ml_flow_own(Proc *p)
{
    FlowVm *fv = &p->vm->flow;
    ml_lock(&fv->lock);
    Flow *f = flow_of(p);
    ml_unlock(&fv->lock);
    return f;
}

static void add_waiting(Flow *q, Flow *s, Msg *m)
{
    s->full = q;
    s->msg = m;
    s->behind = NULL;
    s->before = q->last;
    *(q->last ? &q->last->behind : &q->first) = s;
    q->last = s;
    ml_store(&q->marked, true);
    ml_add(&q->nwaiting, 1);
}

/* Its message, which is the caller's now. */
static Msg *remove_waiting(Flow *s)
{
    Flow *q = s->full;
    Msg *m = s->msg;
    *(s->before ? &s->before->behind : &q->first) = s->behind;
    *(s->behind ? &s->behind->before : &q->last) = s->before;
    s->full = NULL;
    s->msg = NULL;
    ml_sub(&q->nwaiting, 1);
    return m;
}

static void remove_creditor(Flow *x)
{
    Flow *d = x->debtor;
    if (!d)
        return;
    *(x->prev_creditor ? &x->prev_creditor->next_creditor : &d->creditors) = x->next_creditor;
    if (x->next_creditor)
        x->next_creditor->prev_creditor = x->prev_creditor;
    x->debtor = NULL;
}

static void add_creditor(Flow *d, Flow *x)
{
    x->debtor = d;
    x->prev_creditor = NULL;
    x->next_creditor = d->creditors;
    if (d->creditors)
        d->creditors->prev_creditor = x;
    d->creditors = x;
    ml_store(&d->marked, true);
}

/* With nobody left behind it, a process is not marked. */
static void prune(Flow *f)
{
    while (f && !f->first && !f->creditors) {
        Flow *d = f->debtor;
        ml_store(&f->marked, false);
        remove_creditor(f);
        f = d;
    }
}

/* --- following a chain --- */

/* x waits for a reply. Where its edge leads, marked; NULL: it goes on, or *stuck. */
static Flow *debtor_of(Vm *vm, Flow *x, bool *stuck)
{
    uint64_t owed = ml_load(&x->p->owed_by);
    Proc *d = owed ? ml_proc_find(vm, ml_pid_of_bits(owed)) : NULL;
    if (!d)
        return NULL;                    /* it runs already, or a DOWN is on its way */
    Flow *to = flow_of(d);
    *stuck = !to;
    if (!to || to->over)
        return NULL;
    if (x->debtor != to) {
        Flow *was = x->debtor;
        remove_creditor(x);
        add_creditor(to, x);
        prune(was);
    }
    if (ml_load(&d->state) != PROC_EXITING)
        return to;
    remove_creditor(x);
    prune(to);
    return NULL;
}

/* Somebody is held back behind x. Marks all who stand on the chain from x on;
 * false: nobody at its end can go on by itself. */
static bool goes_on(Vm *vm, Flow *x)
{
    uint64_t walk = ++vm->flow.walks;
    while (x->visit != walk) {
        x->visit = walk;
        bool stuck = false;
        if (x->full) {
            x = x->full;
            continue;
        }
        if (ml_load(&x->p->state) != PROC_WAITING)
            return true;
        switch (ml_load_relaxed(&x->p->stands)) {
        case STANDS_ALONE:
            return true;
        case STANDS_OPEN:
            return ml_flow_has_unseen(x);
        }
        x = debtor_of(vm, x, &stuck);
        if (!x)
            return !stuck;
    }
    return false;                       /* a circle */
}

/* --- letting in and through --- */

static void wake(Vm *vm, Flow *s, uint8_t how)
{
    ml_store(&s->sending, how);
    vm->wake(vm, s->p);
}

/* m, which is in the account of q, goes there. False: the realm of q has no room, and
 * it is in the account no more. */
static bool put_in(Vm *vm, Flow *q, Msg *m)
{
    if (!ml_realm_admit(q->p, m)) {
        ml_flow_unadmit(q, m);
        return false;
    }
    ml_sig_send(vm, q->p->pid, m);
    return true;
}

/* s, the first that waits for room in q, gets in. */
static void let_in(Vm *vm, Flow *q, Flow *s)
{
    Msg *m = remove_waiting(s);
    bool sent = put_in(vm, q, m);
    if (!sent)
        ml_flow_lost(vm, q, q->p->pid, m, "memory");
    wake(vm, s, sent ? SENDING_DONE : SENDING_REFUSED);
}

void ml_flow_has_room(Vm *vm, Flow *q)
{
    ml_lock(&vm->flow.lock);
    for (Flow *s; (s = q->first) && ml_flow_admit(q, s->msg, false);)
        let_in(vm, q, s);
    prune(q);
    ml_unlock(&vm->flow.lock);
}

/* Although it is full. False: the memory of the receiver has no room. */
static bool force(Vm *vm, Flow *q, Msg *m)
{
    if (!ml_flow_admit(q, m, true) || !put_in(vm, q, m))
        return false;
    ML_LEDGER(vm, LED_LET_THROUGH);
    return true;
}

/* One of those that wait directly for x gets through; false: there is none. */
static bool let_through(Vm *vm, Flow *x)
{
    for (Flow *s; (s = x->first);) {
        Msg *m = remove_waiting(s);
        bool sent = force(vm, x, m);
        if (!sent)
            ml_flow_lost(vm, x, x->p->pid, m, "memory");
        wake(vm, s, sent ? SENDING_DONE : SENDING_REFUSED);
        if (sent)
            return true;
    }
    return false;
}

static bool still_waits_for(const Flow *c, const Flow *d)
{
    return !c->full && ml_load(&c->p->state) == PROC_WAITING && ml_load_relaxed(&c->p->stands) == STANDS_REPLY &&
           ml_load(&c->p->owed_by) == ml_pid_bits(d->p->pid);
}

/* x waits, and nothing comes of it by itself. */
static void release(Vm *vm, Flow *x)
{
    uint64_t walk = ++vm->flow.walks;
    x->todo = NULL;
    x->visit = walk;
    for (Flow *todo = x; todo;) {
        Flow *d = todo, *next;
        todo = d->todo;
        bool through = let_through(vm, d);
        for (Flow *c = d->creditors; c && !through; c = next) {
            next = c->next_creditor;
            if (!still_waits_for(c, d)) {
                remove_creditor(c);
            } else if (c->visit != walk) {
                c->visit = walk;
                c->todo = todo;
                todo = c;
            }
        }
        prune(d);
    }
}

void ml_flow_waits(Vm *vm, Proc *p)
{
    FlowVm *fv = &vm->flow;
    Flow *f = ml_load(&p->flow);
    ml_lock(&fv->lock);
    bool behind = f->first || f->creditors;
    if (!fv->plain && !f->over && !f->full && behind && !goes_on(vm, f))
        release(vm, f);
    ml_unlock(&fv->lock);
}

/* --- a sender --- */

/* q is full, or others wait already. */
static FlowEnd decide(Vm *vm, Proc *s, Flow *q, Msg *m, bool may_wait)
{
    Flow *f = s ? flow_of(s) : NULL;
    if (q->over) {
        ml_sig_send(vm, q->p->pid, m);  /* to the dead */
        return FLOW_SENT;
    }
    if (!may_wait || !f) {
        if (!q->first && ml_flow_admit(q, m, false))
            return put_in(vm, q, m) ? FLOW_SENT : FLOW_FULL;
        bool wait = !may_wait && (vm->flow.plain || goes_on(vm, q));
        prune(q);
        return wait ? FLOW_WAITS : force(vm, q, m) ? FLOW_SENT : FLOW_FULL;
    }
    add_waiting(q, f, m);
    if (q->first == f && ml_flow_admit(q, m, false)) {
        remove_waiting(f);
        bool fits = put_in(vm, q, m);
        prune(q);
        return fits ? FLOW_SENT : FLOW_FULL;
    }
    if (vm->flow.plain || goes_on(vm, q)) {
        ml_store(&f->sending, SENDING_WAITS);
        return FLOW_WAITS;
    }
    remove_waiting(f);
    bool sent = force(vm, q, m);
    prune(q);
    return sent ? FLOW_SENT : FLOW_FULL;
}

FlowEnd ml_flow_wait(Vm *vm, Proc *s, Flow *q, Msg *m, bool may_wait)
{
    ml_lock(&vm->flow.lock);
    FlowEnd end = decide(vm, s, q, m, may_wait);
    ml_unlock(&vm->flow.lock);
    if (end == FLOW_FULL)
        ml_flow_lost(vm, q, q->p->pid, m, "memory");
    return end;
}

FlowEnd ml_flow_sending(Proc *s)
{
    Flow *f = ml_flow_get(s);
    uint8_t how = ml_load(&f->sending);
    if (how == SENDING_WAITS)
        return FLOW_WAITS;
    ml_store(&f->sending, SENDING_NOTHING);
    return how == SENDING_DONE ? FLOW_SENT : FLOW_FULL;
}

/* Under the lock. What it sent, or NULL. */
static Msg *withdraw(Vm *vm, Flow *f, bool tell)
{
    Flow *q = f->full;
    if (!q)
        return NULL;
    Msg *m = remove_waiting(f);
    for (Flow *s; tell && (s = q->first) && ml_flow_admit(q, s->msg, false);)
        let_in(vm, q, s);               /* a smaller one was behind it */
    prune(q);
    return m;
}

void ml_flow_withdraw(Proc *s)
{
    Vm *vm = s->vm;
    Flow *f = ml_flow_get(s);
    if (!f)
        return;
    ml_lock(&vm->flow.lock);
    Flow *q = f->full;
    Value to = q ? q->p->pid : ml_v_nil();
    Msg *m = withdraw(vm, f, true);
    ml_unlock(&vm->flow.lock);
    ml_store(&f->sending, SENDING_NOTHING);
    if (m) {
        ML_LEDGER(vm, LED_REFUSED);
        ml_letter(vm, to, m, "withdrawn");
    }
}

Value ml_flow_sends_to(Proc *s)
{
    Vm *vm = s->vm;
    Flow *f = ml_flow_get(s);
    ml_lock(&vm->flow.lock);
    Value to = f && f->full ? f->full->p->pid : ml_v_nil();
    ml_unlock(&vm->flow.lock);
    return to;
}

bool ml_flow_keeps_alive(const Proc *s)
{
    Proc *p = (Proc *)(uintptr_t)s;
    Vm *vm = p->vm;
    Flow *f = ml_flow_get(p);
    ml_lock(&vm->flow.lock);
    bool keeps = f->full && f->full->p->background;
    ml_unlock(&vm->flow.lock);
    return keeps;
}

/* --- the end --- */

/* Who waits for room here sends to the dead. */
static bool dismiss(Vm *vm, Flow *f, int *budget, bool tell)
{
    for (; f->first && *budget > 0; --*budget) {
        Flow *s = f->first;
        if (tell)
            let_in(vm, f, s);
        else
            ml_msg_free(&vm->mem, remove_waiting(s));
    }
    for (; f->creditors && *budget > 0; --*budget)
        remove_creditor(f->creditors);
    return !f->first && !f->creditors;
}

bool ml_flow_end_some(Proc *p, int *budget, bool tell)
{
    Vm *vm = p->vm;
    FlowVm *fv = &vm->flow;
    Flow *f = ml_load(&p->flow);
    if (!f)
        return true;
    if (!f->over)
        ml_listen_end(vm, f);
    if (tell)
        ml_flow_withdraw(p);
    ml_lock(&fv->lock);
    if (!f->over && f->limited && ml_vmap_remove(&fv->bounded, p->pid))
        ml_sub(&fv->nbounded, 1);
    f->over = true;
    Msg *m = tell ? NULL : withdraw(vm, f, false);
    bool done = dismiss(vm, f, budget, tell);
    if (done)
        prune(f);
    ml_unlock(&fv->lock);
    if (m)
        ml_msg_free(&vm->mem, m);
    return done;
}
