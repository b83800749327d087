/*
 * flush.c - a DOWN that has arrived already is taken out of the mailbox.
 *
 * It came after its ref was made, so only what is younger is looked at; in a
 * long mailbox only what the index calls a DOWN.
 */
#include "vm/proc/flow.h"
#include "vm/proc/signal.h"
#include "vm/proc/trace.h"
#include "vm/proc/vm.h"
#include "vm/run/skip.h"
#include "vm/run/slow.h"

static bool is_down_of(Proc *p, const Msg *m, Value ref)
{
    if (m->v.tag != TAG_TAB || !m->on_heap)
        return ml_told_is_down(m, ref);
    Value tag = *ml_tab_getint(p->heap, m->v.t, 1), r = *ml_tab_getint(p->heap, m->v.t, 2);
    return tag.tag == TAG_STR && tag.s == ml_sym(p->vm, "DOWN") && r.u == ref.u && r.tag == ref.tag;
}

static void drop_marked(Proc *p)
{
    ML_LEDGER(p->vm, LED_READ);
    Msg *m = ml_mbox_take(&p->mbox);
    ml_trace_drop(p->vm, p->pid, m->ref.u, "flushed");
    ml_flow_taken(p, m);
    ml_msg_uncount(p->heap, m);
    ml_msg_free(&p->vm->mem, m);
}

/* A guard runs: the mark is in use, and the message there stays, as it is looked at. */
static void flush_in_guard(Proc *p, Value ref)
{
    Mbox *b = &p->mbox;
    Msg *mark = b->mark;
    for (Msg *m = b->tail; m && m->seq >= ml_recv_position(ref); m = m->prev)
        if (m != mark && is_down_of(p, m, ref)) {
            b->mark = m;
            drop_marked(p);
            break;
        }
    b->mark = mark;
}

static bool pass(Proc *p)
{
    TagSet set = { 0 };
    ML_LEDGER(p->vm, LED_PASSED);
    if (ml_skip_has_index(p, 1) && ml_skip_tag(p->heap, ml_v_str(ml_sym(p->vm, "DOWN")), true, &set))
        ml_skip(p, &set);
    return --p->reds > 0;
}

FlushStep ml_flush_down(Proc *p, Value ref, FlushStep step)
{
    Mbox *b = &p->mbox;
    if (step == FLUSH_BEGIN) {
        if (!ml_ref_is_of(p, ref))
            return FLUSH_DONE;
        ml_proc_signals(p);
        if (p->own->guards) {
            flush_in_guard(p, ref);
            return FLUSH_DONE;
        }
        ml_mbox_rewind(b);
    }
    if (step <= FLUSH_SEEK)
        while (!ml_recv_seek(p, ml_recv_position(ref), true))
            if (p->reds < 0)
                return FLUSH_SEEK;
    while (ml_mbox_next(b)) {
        if (is_down_of(p, b->mark, ref)) {
            drop_marked(p);
            return FLUSH_DONE;
        }
        if (b->count >= MBOX_LONG && !pass(p))
            return FLUSH_SEARCH;
    }
    ml_mbox_rewind(b);
    return FLUSH_DONE;
}
