/*
 * flow.c - what a bounded mailbox lets in.
 *
 * Senders push onto an inbox that nobody counts, so a limit needs an account
 * beside it: how many messages were let in and not taken yet, and how much they
 * hold. Both are in one word. A sender adds its message to it before it pushes,
 * in one step that fails when there is no room; the receiver takes it off when it
 * has taken the message. So the limit holds to the message, however many send.
 *
 *     senders --account--> inbox --> queue --> owner takes it --account-->
 *        |  full
 *        v  block: chain.c.  reject, drop_new: lost.  drop_old: below.  exit: the end
 *
 * Ordinary processes have no account and pay a look at a pointer.
 *
 * What never counts: signals, replies (to an alias, or with a ref of the
 * receiver in front) and what timers bring. Where the receiver has a memory limit
 * they have a share of it of their own: nobody can end it by sending.
 *
 * Memory. A quarter of it is for mail, and less when the heap leaves less; what
 * the heap holds, its owner writes down after each slice. When garbage leaves
 * little room, the owner collects it before it waits. If all the same the limit is
 * passed by a collection, mail goes first, the newest.
 *
 * drop_old. The queue is the owner's, who alone can drop the oldest. He does so as
 * he takes in new ones, and he is ready to run as soon as there is one. Until then
 * twice the limit is let in; senders that are faster wait for him, as in block.
 */
#include "vm/proc/flow.h"
#include "vm/proc/realm.h"
#include "vm/proc/signal.h"
#include "vm/proc/trace.h"

enum { UNIT = 16, COUNT_SHIFT = 36, MEMORY_PARTS = 4 };

#define ONE   (UINT64_C(1) << COUNT_SHIFT)
#define UNITS (ONE - 1)                 /* 1 TiB */
#define COUNT_MOST (1u << 27)

static uint64_t units_of(uint64_t bytes) { return (bytes + UNIT - 1) / UNIT; }
static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

void ml_flow_init(FlowVm *f, Mem *mem)
{
    ml_lock_init(&f->lock);
    ml_lock_init(&f->listen);
    ml_vmap_init(&f->bounded, mem);
}

void ml_flow_fini(FlowVm *f)
{
    ml_vmap_fini(&f->bounded);
    ml_lock_fini(&f->listen);
    ml_lock_fini(&f->lock);
}

/* --- limits --- */

static void set_limits(Flow *f, const FlowOpts *o, size_t max_bytes)
{
    unsigned times = o->policy == FULL_DROP_OLD ? 2 : 1;
    f->o = *o;
    f->has_memory = max_bytes > 0;
    f->share = f->has_memory ? units_of(max_bytes / MEMORY_PARTS) : UNITS;
    ml_store(&f->room, f->share);
    uint64_t bytes = o->bytes ? units_of(o->bytes) : UNITS;
    f->o.bytes = o->bytes ? o->bytes : f->has_memory ? f->share / times * UNIT : 0;
    f->cap_units = least(bytes < UNITS / times ? bytes * times : UNITS, f->share);
    f->cap = o->limit && o->limit < COUNT_MOST / times ? o->limit * times : COUNT_MOST;
    if (!f->o.high)
        f->o.high = o->limit ? o->limit : ALARM_HIGH;
    if (!o->low)
        f->o.low = f->o.high / 2;
    f->limited = true;
}

bool ml_flow_bound(Proc *p, const FlowOpts *o, size_t max_bytes)
{
    FlowVm *fv = &p->vm->flow;
    FlowOpts opts = *o;
    if (!opts.limit && !opts.bytes && !opts.high && !max_bytes) {
        if (!fv->stress_limit)
            return true;
        opts.limit = fv->stress_limit;
        opts.high = ALARM_HIGH;
    }
    Flow *f = ml_flow_own(p);
    if (!f)
        return false;
    set_limits(f, &opts, max_bytes);
    ml_lock(&fv->lock);
    bool ok = ml_vmap_set(&fv->bounded, p->pid, ml_v_light(f));
    ml_unlock(&fv->lock);
    if (ok)
        ml_add(&fv->nbounded, 1);
    return ok;
}

/* --- the account --- */

bool ml_flow_admit(Flow *f, Msg *m, bool force)
{
    uint64_t old = ml_load(&f->mail);
    do {
        uint64_t count = old >> COUNT_SHIFT, units = (old & UNITS) + m->units;
        if (!force && (count >= f->cap || units > f->cap_units))
            return false;
        if (count > COUNT_MOST || units > UNITS || (f->has_memory && units > ml_load(&f->room)))
            return false;
    } while (!ml_cas(&f->mail, &old, old + ONE + m->units));
    m->toll = TOLL_MAIL;
    return true;
}

bool ml_flow_admit_exempt(Flow *f, Msg *m, unsigned toll)
{
    uint64_t old = ml_load(&f->exempt);
    do
        if ((old & UNITS) + m->units > f->share)
            return false;
    while (!ml_cas(&f->exempt, &old, old + m->units));
    m->toll = (uint8_t)toll;
    return true;
}

uint64_t ml_flow_messages(const Flow *f) { return ml_load(&f->mail) >> COUNT_SHIFT; }
uint64_t ml_flow_bytes(const Flow *f)    { return (ml_load(&f->mail) & UNITS) * UNIT; }

void ml_flow_info(Proc *p, FlowInfo *out)
{
    Flow *f = ml_flow_get(p);
    *out = (FlowInfo){ .limited = f && f->limited, .sends_to = f ? ml_flow_sends_to(p) : ml_v_nil() };
    if (!out->limited)
        return;
    out->o = f->o;
    out->messages = ml_flow_messages(f);
    out->bytes = ml_flow_bytes(f);
    out->dropped = ml_load(&f->dropped);
    out->waiting = ml_load(&f->nwaiting);
}

/* --- sending --- */

/* Its first element is a ref that was born in q. */
static bool is_reply(const Proc *q, const Msg *m)
{
    Value first = ml_msg_first(&q->vm->shared, m);
    return ml_is_ref(first) && first.tag >> 8 == q->serial;
}

void ml_flow_lost(Vm *vm, Flow *f, Value to, Msg *m, const char *why)
{
    if (f) {
        ml_add(&f->dropped, 1);
        ml_realm_unadmit(f->p, m);
    }
    ML_LEDGER(vm, LED_REFUSED);
    ml_trace_send(vm, to, m);
    ml_trace_drop(vm, to, m->seq, why);
    ml_letter(vm, to, m, why);
}

/* The first message too many is the word that ends it. */
static void overrun(Vm *vm, Flow *f, Value to, Msg *m)
{
    if (ml_swap(&f->overrun, true)) {
        ml_flow_lost(vm, f, to, m, "full");
        return;
    }
    ml_add(&f->dropped, 1);
    m->kind = SIG_FULL;
    ml_sig_send(vm, to, m);
}

static FlowEnd full(Vm *vm, Proc *s, Flow *f, Value to, Msg *m, bool may_wait)
{
    switch ((FullPolicy)f->o.policy) {
    case FULL_BLOCK:
    case FULL_DROP_OLD:
        return ml_flow_wait(vm, s, f, m, may_wait);
    case FULL_EXIT:
        overrun(vm, f, to, m);
        return FLOW_FULL;
    case FULL_REJECT:
        if (!s)
            return FLOW_WAITS;
        break;
    case FULL_DROP_NEW:
    case FULL_POLICIES:
        break;
    }
    ml_flow_lost(vm, f, to, m, "full");
    return f->o.policy == FULL_DROP_NEW ? FLOW_SENT : FLOW_FULL;
}

void ml_flow_unadmit(Flow *f, Msg *m)
{
    if (m->toll == TOLL_MAIL)
        ml_sub(&f->mail, m->units + ONE);
    else if (m->toll == TOLL_EXEMPT)
        ml_sub(&f->exempt, m->units);
    m->toll = TOLL_NONE;
}

/* The group of the receiver pays first: so nobody waits for room that another one
 * had for a moment. */
static __attribute__((noinline)) FlowEnd send_limited(Vm *vm, Proc *s, Proc *q, Value to, Msg *m, bool exempt,
                                                      bool may_wait)
{
    Flow *f = ml_load(&q->flow);
    m->units = (uint32_t)least(units_of(ml_msg_bytes(m)), UINT32_MAX);
    if (!ml_realm_admit(q, m)) {
        bool never = m->units > f->cap_units;
        ml_flow_lost(vm, f, to, m, never ? "limit" : "memory");
        return never ? FLOW_TOO_LARGE : FLOW_FULL;
    }
    if (exempt || is_reply(q, m)) {
        if (f->has_memory && !ml_flow_admit_exempt(f, m, TOLL_EXEMPT)) {
            ml_flow_lost(vm, f, to, m, "memory");
            return FLOW_FULL;
        }
        ml_sig_push(vm, q, to, m);
        return FLOW_SENT;
    }
    if (m->units > f->cap_units) {
        ml_flow_lost(vm, f, to, m, "limit");
        return FLOW_TOO_LARGE;
    }
    if (!ml_load(&f->nwaiting) && ml_flow_admit(f, m, false)) {
        ml_sig_push(vm, q, to, m);
        return FLOW_SENT;
    }
    ml_realm_unadmit(q, m);
    return full(vm, s, f, to, m, may_wait);
}

FlowEnd ml_flow_send(Vm *vm, Proc *s, Value to, Msg *m, bool exempt, bool may_wait)
{
    Proc *q = ml_is_pid(to) ? ml_proc_find(vm, to) : NULL;
    Flow *f = q ? ml_load(&q->flow) : NULL;
    if (ML_UNLIKELY(f && f->limited))
        return send_limited(vm, s, q, to, m, exempt, may_wait);
    if (ML_UNLIKELY(q && !ml_realm_admit(q, m))) {
        ml_flow_lost(vm, f, to, m, "memory");
        return FLOW_FULL;
    }
    ml_sig_push(vm, q, to, m);
    return FLOW_SENT;
}

/* --- from outside --- */

/* One who waits for whatever may come and has looked at all must get it, see chain.c. */
static bool is_open(const Flow *f)
{
    return !f->full && ml_load(&f->p->state) == PROC_WAITING && ml_load(&f->p->stands) == STANDS_OPEN &&
           !ml_flow_has_unseen(f);
}

static FlowEnd reserve(const FlowVm *fv, Flow *f, uint64_t bytes, uint64_t *reserved)
{
    Msg m = { .units = (uint32_t)least(units_of(bytes), least(f->cap_units, UINT32_MAX)) };
    if (f->o.policy == FULL_DROP_NEW || f->o.policy == FULL_EXIT)
        return FLOW_SENT;
    bool waits = f->o.policy != FULL_REJECT;
    if (!(ml_load(&f->nwaiting) == 0 && ml_flow_admit(f, &m, false)) &&
        !(waits && !fv->plain && is_open(f) && ml_flow_admit(f, &m, true)))
        return FLOW_WAITS;
    *reserved = ONE + m.units;
    return FLOW_SENT;
}

FlowEnd ml_flow_reserve(Vm *vm, Value to, uint64_t bytes, uint64_t *reserved)
{
    FlowVm *fv = &vm->flow;
    FlowEnd end = FLOW_SENT;
    *reserved = 0;
    if (!ml_load(&fv->nbounded))
        return end;
    ml_lock(&fv->lock);
    Value v = ml_vmap_get(&fv->bounded, to);
    if (!ml_is_nil(v))
        end = reserve(fv, v.p, bytes, reserved);
    ml_unlock(&fv->lock);
    return end;
}

/* Somebody may wait for the room that this had. */
static void unreserve(Vm *vm, Flow *f, uint64_t reserved)
{
    ml_sub(&f->mail, reserved);
    if (ml_load(&f->nwaiting))
        ml_flow_has_room(vm, f);
}

FlowEnd ml_flow_send_outside(Vm *vm, Value to, Msg *m, uint64_t reserved)
{
    Proc *q = ml_is_pid(to) ? ml_proc_find(vm, to) : NULL;
    Flow *f = q && reserved ? ml_load(&q->flow) : NULL;
    if (!f)
        return ml_flow_send(vm, NULL, to, m, false, false);
    if (!ml_realm_admit(q, m)) {
        unreserve(vm, f, reserved);
        ml_flow_lost(vm, f, to, m, "memory");
        return FLOW_FULL;
    }
    m->units = (uint32_t)least(units_of(ml_msg_bytes(m)), UINT32_MAX);
    if (is_reply(q, m)) {
        unreserve(vm, f, reserved);
        return ml_flow_send(vm, NULL, to, m, true, false);
    }
    if (m->units > f->cap_units) {
        unreserve(vm, f, reserved);
        ml_flow_lost(vm, f, to, m, "limit");
        return FLOW_TOO_LARGE;
    }
    ml_add(&f->mail, ONE + m->units - reserved);
    m->toll = TOLL_MAIL;
    ml_sig_push(vm, q, to, m);
    return FLOW_SENT;
}

/* --- the owner --- */

void ml_flow_queued_(Proc *p, const Msg *m)
{
    Flow *f = ml_flow_get(p);
    if (f && m->toll == TOLL_MAIL) {
        ml_store_relaxed(&f->queued, ml_load_relaxed(&f->queued) + 1);
        f->queued_units += m->units;
    }
    uint32_t high = f && f->limited ? f->o.high : ALARM_HIGH;
    if ((f && f->alarmed) || p->mbox.count < high)
        return;
    if (!f && !(f = ml_flow_own(p)))
        return;
    f->alarmed = true;
    ml_alarm(p, true);
}

void ml_flow_taken_(Proc *p, const Msg *m)
{
    Flow *f = ml_flow_get(p);
    switch (m->toll) {
    case TOLL_MAIL:
        ml_store_relaxed(&f->queued, ml_load_relaxed(&f->queued) - 1);
        f->queued_units -= m->units;
        ml_sub(&f->mail, ONE + m->units);
        if (ml_load(&f->nwaiting))
            ml_flow_has_room(p->vm, f);
        break;
    case TOLL_LETTER:
        ml_sub(&f->letters, 1);
        if (f->has_memory)
            ml_sub(&f->exempt, m->units);
        break;
    case TOLL_EXEMPT:
        ml_sub(&f->exempt, m->units);
        break;
    }
    uint32_t low = f->limited ? f->o.low : ALARM_HIGH / 2;
    if (f->alarmed && p->mbox.count <= low) {
        f->alarmed = false;
        ml_alarm(p, false);
    }
}

/* It may lie in the hands of a receive that is trying its clauses. */
static bool is_held(const Mbox *b, const Msg *m)
{
    return m == b->mark && m->on_heap;
}

static void drop(Proc *p, Msg *m, const char *why)
{
    Mbox *b = &p->mbox;
    Msg *mark = b->mark == m ? m->prev : b->mark;
    ml_trace_drop(p->vm, p->pid, m->ref.u, why);
    b->mark = m;
    ml_mbox_take(b);
    b->mark = mark;
    ml_msg_uncount(p->heap, m);
    ml_add(&ml_flow_get(p)->dropped, 1);
    ML_LEDGER(p->vm, LED_MAIL_DROPPED);
    ml_flow_taken_(p, m);
    ml_letter(p->vm, p->pid, m, why);
}

void ml_flow_trim(Proc *p)
{
    Flow *f = ml_flow_get(p);
    if (!f || f->o.policy != FULL_DROP_OLD)
        return;
    uint64_t most = f->o.bytes ? units_of(f->o.bytes) : UNITS;
    for (Msg *m = p->mbox.head, *next; m; m = next) {
        if ((!f->o.limit || ml_load_relaxed(&f->queued) <= f->o.limit) && f->queued_units <= most)
            return;
        next = m->next;
        if (m->toll == TOLL_MAIL && !is_held(&p->mbox, m))
            drop(p, m, "full");
    }
}

void ml_flow_shed(Proc *p)
{
    Flow *f = ml_flow_get(p);
    if (!f || !f->has_memory)
        return;
    for (Msg *m = p->mbox.tail, *prev; m && !ml_quota_relieved(p->heap); m = prev) {
        prev = m->prev;
        if (m->toll == TOLL_MAIL && !m->on_heap)
            drop(p, m, "memory");
    }
}

/* --- room in memory --- */

#define COLLECTING SIZE_MAX

/* Bytes that mail could take, with what there is of it. */
static uint64_t room_for_mail(const Proc *p)
{
    return (uint64_t)ml_quota_room(p->heap) + p->heap->mail_bytes + ml_load(&ml_member(p)->incoming);
}

void ml_flow_look_(Proc *p)
{
    Flow *f = ml_flow_get(p);
    if (!f || !f->has_memory || p->heap->gc)     /* amid a collection nobody knows what it holds */
        return;
    ml_store(&f->room, least(room_for_mail(p) / UNIT, f->share));
    if (ml_load(&f->nwaiting))
        ml_flow_has_room(p->vm, f);
}

bool ml_flow_is_crowded_(Proc *p)
{
    Flow *f = ml_flow_get(p);
    if (!f || !f->has_memory)
        return false;
    size_t used = ml_heap_used(p->heap), share = f->share * UNIT;
    if (room_for_mail(p) >= share) {
        f->swept = 0;
        return false;
    }
    if (f->swept == COLLECTING)
        f->swept = used;
    if (used <= f->swept + share / 8)
        return false;
    f->swept = COLLECTING;
    return true;
}
