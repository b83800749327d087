/*
 * recv.c - the receive statement's half outside the interpreter.
 *
 * While clauses are tried, the message lies in its own fragment in the
 * mailbox, not in the heap. Matching only reads and moves values, so no
 * collection can meet them. When one fits, a small message is moved into the
 * heap, and with it what the registers have of it. The table of a packed one is made
 * where the heap is free, and need only be left there. Before anything that may allocate (a guard, a
 * default, a rest) RECVHOLD makes the message part of the heap, still queued.
 */
#include "vm/base/check.h"
#include "vm/data/plain.h"
#include "vm/proc/flow.h"
#include "vm/proc/sim.h"
#include "vm/run/skip.h"
#include "vm/proc/trace.h"
#include "vm/run/slow.h"
#include "vm/run/trial.h"

Slow ml_recv_start(Proc *p)
{
    if (p->own->trial) {
        ml_trial_spoil(p);
        return SLOW_EXIT;
    }
    if (p->own->guards)
        return ml_err(p, "attempt to receive inside a guard");
    ml_proc_disarm(p);          /* of a receive that was left by an error */
    ml_mbox_rewind(&p->mbox);
    p->awaits = 0;
    p->own->waited = 0;
    p->top = p->base;
    return p->heap->want_gc ? ml_safe_point(p) : SLOW_OK;
}

/* With an index (now) only the newest messages are walked over. */
bool ml_recv_seek(Proc *p, uint64_t seq, bool tagged)
{
    enum { NEAR = 16, SLICE = 500, REDS = 2 };      /* for each: its memory is cold */
    Mbox *b = &p->mbox;
    int most = b->tags && tagged ? NEAR : SLICE, left = most;
    bool over = ml_mbox_seek(b, seq, &left);
    p->reds -= (most - left) * REDS;
    if (over || !tagged || !ml_skip_has_index(p, (uint32_t)most))
        return over;
    b->mark = NULL;
    ml_tags_restart(b->tags, seq);
    return true;
}

Slow ml_recv_mark(Proc *p, const Value *pins, unsigned n, bool tagged)
{
    uint64_t oldest = UINT64_MAX;
    bool one = true;
    for (unsigned i = 0; i < n; i++) {
        if (!ml_ref_is_of(p, pins[i]))
            return SLOW_OK;
        uint64_t at = ml_recv_position(pins[i]);
        if (at < oldest)
            oldest = at;
        one = one && pins[i].u == pins[0].u;
    }
    p->awaits = one ? pins[0].u : 0;
    if (!ml_recv_seek(p, oldest, tagged)) {     /* goes on here */
        p->pc--;
        p->top = ml_frame_end(p);
        return p->reds < 0 ? SLOW_PAUSE : SLOW_OK;
    }
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

static inline bool fits(const Heap *h, const Msg *m)
{
    return (size_t)(h->end - h->top) >= ml_msg_table_size(m);
}

/* The table of a packed message, to be looked at, lies where the heap is free: nothing is
 * allocated meanwhile. RECVTAKE or RECVHOLD finish it, RECVNEXT has nothing to do. */
static Value sketch(Proc *p, const Msg *m)
{
    Heap *h = p->heap;
    char *to = ML_LIKELY(fits(h, m)) ? h->top : (char *)&ml_here(p->vm)->sketch;
    return ml_v_tab(ml_msg_lay(p->vm, m, to));
}

/* It did not fit there. */
static __attribute__((noinline)) Value make_elsewhere(Proc *p, const Msg *m)
{
    Value v = ml_msg_unpack(p->heap, m);
    const void *was = &ml_here(p->vm)->sketch;
    for (Value *r = p->base + p->own->recv_reg, *end = ml_frame_end(p); r < end; r++)
        if (r->tag == TAG_TAB && r->t == was)
            r->t = v.t;
    return v;
}

/* The sketch stays. */
static Value finish(Proc *p, const Msg *m)
{
    Heap *h = p->heap;
    if (ML_UNLIKELY(!fits(h, m)))
        return make_elsewhere(p, m);
    Tab *t = (Tab *)(void *)h->top;
    ML_ASSERT(t->h.kind == OBJ_TAB);
    t->h.id = ml_heap_id(h);
    h->top += ml_msg_table_size(m);
    return ml_v_tab(t);
}

bool ml_recv_next(Proc *p, Value *out)
{
    Msg *m = ml_mbox_next(&p->mbox);
    if (!m)
        return false;
    if (ml_msg_is_to_be_made(m))
        *out = sketch(p, m);
    else
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
    if (m->packed) {
        m->v = finish(p, m);
        m->on_heap = true;
        b->on_heap++;
        b->held = true;
        return;
    }
    Msg *n = ml_msg_new(p->heap->mem, MSG_USER);
    if (!n)
        p->heap->oom(p->heap, sizeof *n);
    ml_mbox_replace(b, n);
    ml_msg_adopt(p->heap, p->heap->mem, m);
}

/* Code that runs now sees the names. If one of them is a table, it may be the
 * message: tables can lie in themselves. */
Slow ml_recv_hold(Proc *p, const Value *names, unsigned n, bool whole)
{
    ml_proc_hold_msg(p);
    bool named = whole;
    for (unsigned i = 0; i < n && !named; i++)
        named = names[i].tag == TAG_TAB;
    if (named && p->mbox.mark->v.tag == TAG_TAB)
        ml_mbox_loosen(&p->mbox);
    return SLOW_OK;
}

/* What all clauses begin with. False: a pin has a value that cannot be looked up. */
static bool read_tags(Proc *p, const Instr *i, unsigned n, TagSet *set)
{
    set->n = 0;
    for (; n > 0; n--, i++) {
        Value v = i->op == OP_RECVPIN ? p->base[i->b]
                                      : *(const Value *)(const void *)((const char *)i + (int64_t)i->d * 8);
        if (!ml_skip_tag(p->heap, v, i->a, set))
            return false;
    }
    return set->n > 0;
}

void ml_recv_pass(Proc *p, const Instr *tags, unsigned n)
{
    TagSet set;
    ML_LEDGER(p->vm, LED_PASSED);
    if (n > 0 && ml_skip_has_index(p, 1) && read_tags(p, tags, n, &set))
        ml_skip(p, &set);
}

/* What m holds is moved into the heap; so are the references to it in regs. */
static bool moved(Proc *p, Msg *m, Value *regs, const Value *end, Value *v)
{
    const char *from = (char *)(m + 1);
    char *to;
    if (!ml_msg_move(p->heap, m, &to))
        return false;
    size_t n = (size_t)(m->frag.top - from);
    ml_plain_follow(v, to, from, n);
    for (; n > 0 && regs < end; regs++)
        ml_plain_follow(regs, to, from, n);
    ml_mem_free(p->heap->mem, m, m->frag.size);
    return true;
}

/* The message at the mark leaves the mailbox, and its value is the heap's.
 * Registers from regs on may refer to it. */
static Value take(Proc *p, Value *regs, const Value *end)
{
    Msg *m = ml_mbox_take(&p->mbox);
    Value v = m->v;
    ml_flow_taken(p, m);
    ML_LEDGER(p->vm, LED_READ);
    ml_trace_receive(p, m);
    if (m->on_heap) {
        ml_msg_uncount(p->heap, m);
        ml_msg_free(p->heap->mem, m);
    } else if (m->packed) {
        v = regs ? finish(p, m) : ml_msg_unpack(p->heap, m);
        ml_msg_uncount(p->heap, m);
        ml_mem_free(p->heap->mem, m, m->frag.size);
    } else if (m->plain && m->frag.top == (char *)(m + 1)) {
        ml_msg_uncount(p->heap, m);
        ml_mem_free(p->heap->mem, m, sizeof *m);
    } else if (!moved(p, m, regs, end, &v)) {
        ml_msg_adopt(p->heap, p->heap->mem, m);
    }
    p->own->current = v;
    return v;
}

Value ml_proc_take_msg(Proc *p)
{
    return take(p, NULL, NULL);
}

Slow ml_recv_take(Proc *p)
{
    /* if it is the message that asks for a collection, then later: now it is in use */
    bool wanted = p->heap->want_gc;
    ml_proc_disarm(p);
    take(p, p->base + p->own->recv_reg, ml_frame_end(p));
    p->top = p->base;
    return wanted ? ml_safe_point(p) : SLOW_OK;
}

#define TAG(t) (UINT32_C(1) << TAG_##t)

const uint32_t ml_match_tags[MT_USERDATA + 1] = {
    [MT_ANY] = ~TAG(NIL),       [MT_INTEGER] = TAG(INT),            [MT_FLOAT] = TAG(FLOAT),
    [MT_NUMBER] = TAG(INT) | TAG(FLOAT),                            [MT_STRING] = TAG(STR),
    [MT_BOOLEAN] = TAG(TRUE) | TAG(FALSE),                          [MT_TABLE] = TAG(TAB),
    [MT_FUNCTION] = TAG(FN) | TAG(NATIVE),                          [MT_PID] = TAG(PID),
    [MT_REF] = TAG(REF),        [MT_USERDATA] = TAG(UDATA) | TAG(LIGHT),
};

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
    Heap *h = p->heap;
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
