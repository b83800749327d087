/*
 * recv.c - the receive statement's half outside the interpreter.
 *
 * While clauses are tried, the message lies in its own fragment in the
 * mailbox, not in the heap. Matching only reads and moves values, so no
 * collection can meet them. Before anything that may allocate (a guard, a
 * default, a rest) RECVHOLD makes the message part of the heap, still queued.
 */
#include "vm/base/check.h"
#include "vm/data/copy.h"
#include "vm/proc/sim.h"
#include "vm/run/slow.h"
#include "vm/run/trial.h"

Slow ml_recv_start(Proc *p)
{
    if (p->trial) {
        ml_trial_spoil(p);
        return SLOW_EXIT;
    }
    if (p->guards)
        return ml_err(p, "attempt to receive inside a guard");
    ml_proc_disarm(p);          /* of a receive that was left by an error */
    ml_mbox_rewind(&p->mbox);
    p->awaits = 0;
    p->top = p->base;
    return p->heap.want_gc ? ml_safe_point(p) : SLOW_OK;
}

static bool born_here(const Proc *p, Value ref)
{
    return ml_is_ref(ref) && ref.tag >> 8 == p->serial;
}

static uint64_t position(Value ref) { return ref.u >> 24; }

Slow ml_recv_mark(Proc *p, const Value *pins, unsigned n)
{
    uint64_t oldest = UINT64_MAX;
    bool one = true;
    for (unsigned i = 0; i < n; i++) {
        if (!born_here(p, pins[i]))
            return SLOW_OK;
        uint64_t at = position(pins[i]);
        if (at < oldest)
            oldest = at;
        one = one && pins[i].u == pins[0].u;
    }
    p->awaits = one ? pins[0].u : 0;
    ml_mbox_seek(&p->mbox, oldest);
    return SLOW_OK;
}

/* ms as a point in time; false: not a number. Never earlier than asked. */
bool ml_deadline(Vm *vm, Value ms, uint64_t *at)
{
    double d;
    if (ms.tag == TAG_INT)
        d = (double)ms.i;
    else if (ms.tag == TAG_FLOAT)
        d = ms.n;
    else
        return false;
    if (!(d > 0)) {
        *at = 0;
        return d == d;
    }
    if (d > 9e15)
        *at = UINT64_MAX;
    else
        *at = ml_now_us(vm) + (uint64_t)(d * 1000.0) + 1;
    return true;
}

Slow ml_recv_init(Proc *p, Value *t)
{
    uint64_t at;
    if (ml_is_nil(*t))
        return ml_err(p, "bad 'after' time (number expected, got nil)");
    if (!ml_deadline(p->vm, *t, &at))
        return ml_err(p, "bad 'after' time (number expected, got %s)", ml_type_name(*t));
    *t = at == UINT64_MAX ? ml_v_nil() : ml_v_int((int64_t)at);
    return SLOW_OK;
}

bool ml_recv_next(Proc *p, Value *out)
{
    Msg *m = ml_mbox_next(&p->mbox);
    if (!m)
        return false;
    ml_set(out, &m->v);
    return true;
}

/* The message at the mark becomes part of the heap and stays queued. */
void ml_proc_hold_msg(Proc *p)
{
    Mbox *b = &p->mbox;
    Msg *m = b->mark;
    if (!m || m->on_heap)
        return;
    Msg *n = ml_msg_new(p->heap.mem, MSG_USER);
    if (!n)
        p->heap.oom(&p->heap, sizeof *n);
    ml_mbox_replace(b, n);
    ml_msg_adopt(&p->heap, p->heap.mem, m);
}

Slow ml_recv_hold(Proc *p)
{
    ml_proc_hold_msg(p);
    return SLOW_OK;
}

/* Takes the message at the mark out of the mailbox; its value is the heap's. */
Value ml_proc_take_msg(Proc *p)
{
    Msg *m = ml_mbox_take(&p->mbox);
    Value v = m->v;
    ML_LEDGER(p->vm, LED_READ);
    ml_sim_note(p->vm, SIM_RECEIVE, p->pid, m->seq);
    if (m->on_heap)
        ml_msg_free(p->heap.mem, m);
    else
        ml_msg_adopt(&p->heap, p->heap.mem, m);
    p->current = v;
    return v;
}

Slow ml_recv_take(Proc *p)
{
    ml_proc_disarm(p);
    ml_proc_take_msg(p);
    p->top = p->base;
    return p->heap.want_gc ? ml_safe_point(p) : SLOW_OK;
}

bool ml_match_type(unsigned type, Value v)
{
    switch (type) {
    case MT_ANY:      return !ml_is_nil(v);
    case MT_INTEGER:  return v.tag == TAG_INT;
    case MT_FLOAT:    return v.tag == TAG_FLOAT;
    case MT_NUMBER:   return ml_is_number(v);
    case MT_STRING:   return v.tag == TAG_STR;
    case MT_BOOLEAN:  return v.tag == TAG_TRUE || v.tag == TAG_FALSE;
    case MT_TABLE:    return v.tag == TAG_TAB;
    case MT_FUNCTION: return ml_is_fn(v);
    case MT_PID:      return ml_is_pid(v);
    case MT_REF:      return ml_is_ref(v);
    case MT_USERDATA: return v.tag == TAG_UDATA || v.tag == TAG_LIGHT;
    }
    return false;
}

bool ml_match_empty(Proc *p, const Tab *t)
{
    Value k, v;
    uint64_t pos = 0;
    (void)p;
    return !ml_tab_each(t, &pos, &k, &v);
}

static bool is_named(const Value *keys, unsigned n, Value k)
{
    for (unsigned i = 0; i < n; i++)
        if (ml_raw_equal(keys[i], k))
            return true;
    return false;
}

Slow ml_match_rest(Proc *p, unsigned a, unsigned b, unsigned npos, unsigned nkeys)
{
    Heap *h = &p->heap;
    Tab *from = ml_rtab(p, p->base[b].t), *to = ml_tab_new(h, 0, 0);
    const Value *keys = p->base + a + 1;
    int64_t n = npos;
    Value k, v;
    for (;; n++) {
        v = *ml_tab_getint(h, from, n + 1);
        if (ml_is_nil(v))
            break;
        ml_tab_setint(h, to, n + 1 - npos, v);
    }
    for (uint64_t pos = 0; ml_tab_each(from, &pos, &k, &v);) {
        if (k.tag == TAG_INT && k.i >= 1 && k.i <= n)
            continue;
        if (!is_named(keys, nkeys, k))
            ml_tab_set(h, to, k, v);
    }
    p->base[a] = ml_v_tab(to);
    p->top = p->base;
    return h->want_gc ? ml_safe_point(p) : SLOW_OK;
}
