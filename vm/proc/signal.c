/*
 * signal.c - what processes tell each other besides messages, as in Erlang.
 *
 * Everything travels through the receiver's inbox, so signals and messages of
 * one sender arrive in the order sent. The receiver handles its signals when
 * it runs (ml_proc_signals): a WAITING process is woken for it.
 *
 *   link(B) by A       A notes B; LINK tells B, which notes A. B is dead:
 *                      A gets the exit signal noproc
 *   unlink(B) by A     A marks the link with a number; UNLINK tells B, which
 *                      strikes out A and acknowledges the number; then A does
 *                      the same. Until then a LINK from B is an old one
 *   A ends             EXIT to every linked process, DOWN to every watcher
 *   EXIT arrives       trapped: becomes the message {"EXIT", from, reason = r}
 *                      reason normal: ignored; else the receiver ends too
 *   monitor(B) by A    A notes it; MONITOR tells B. B is dead: DOWN noproc
 *   a message to an    names the alias. A looks whether it still is one when
 *   alias of A         the message arrives, so unalias(ref) is sharp
 *
 * What finds the receiver gone answers at once, and what was in its inbox when
 * it ended is answered by its end (exit.c); so nobody keeps a link or monitor to
 * the dead. tests/model/spin has these protocols as models.
 *
 * The reason of an end is copied once, into a shared frozen region that every
 * signal refers to; with no memory for that a static reason stands in.
 *
 * No signal is lost for want of memory. Who calls link, monitor, exit or unlink
 * brings what it takes, for both sides, or ends before anything has happened;
 * what answers and what tells of an end is made of what was there (msg.h).
 */
#include <stdio.h>
#include <string.h>

#include "vm/base/buf.h"
#include "vm/base/check.h"
#include "vm/data/copy.h"
#include "vm/proc/flow.h"
#include "vm/proc/inspect.h"
#include "vm/proc/realm.h"
#include "vm/proc/region.h"
#include "vm/proc/signal.h"
#include "vm/proc/sim.h"
#include "vm/proc/tell.h"
#include "vm/proc/trace.h"

/* --- sending --- */

/* One that is about to end, too: it answers when it has given its name back, so
 * nobody hears of its end before. */
static Proc *receiver(Vm *vm, Value to)
{
    return ml_is_pid(to) ? ml_ptab_find(&vm->ptab, to) : NULL;
}

static inline __attribute__((always_inline)) bool offer(Vm *vm, Proc *p, Value to, Msg *m)
{
    unsigned kind = m->kind;
    ML_LEDGER(vm, LED_SENT + kind);
    ml_trace_send(vm, to, m);
    uint64_t number = m->seq;
    if (p && kind == MSG_USER && !ml_realm_admit(p, m))
        p = NULL;                       /* its realm has no room */
    unsigned tries = p ? ml_mbox_offer(&p->mbox, m) : 0;
    if (tries) {
        if (ML_UNLIKELY(tries > 1))
            ML_LEDGER_N(vm, LED_CLASHES, tries - 1);
        vm->wake(vm, p);
        return true;
    }
    if (p)
        ml_realm_unadmit(p, m);
    ML_LEDGER(vm, LED_DROPPED + kind);
    ml_trace_drop(vm, to, number, "gone");
    return false;
}

bool ml_sig_offer(Vm *vm, Value to, Msg *m)
{
    return offer(vm, receiver(vm, to), to, m);
}

bool ml_sig_push(Vm *vm, Proc *p, Value to, Msg *m)
{
    bool there = offer(vm, p, to, m);
    if (!there)
        ml_letter(vm, m->kind == MSG_USER && ml_is_ref(m->ref) ? m->ref : to, m, "noproc");
    return there;
}

bool ml_sig_send(Vm *vm, Value to, Msg *m)
{
    return ml_sig_push(vm, receiver(vm, to), to, m);
}

/* A signal of p, which needs memory for it or ends. */
static Msg *signal_new(Proc *p, MsgKind kind)
{
    Msg *m = ml_msg_new(&p->vm->mem, kind);
    if (!m)
        p->heap->oom(p->heap, sizeof *m);
    ml_msg_set_from(m, p->pid);
    return m;
}

/* Frees what there is of two things that are needed together; false: not both. */
static bool have_both(Mem *mem, Msg *a, Msg *b)
{
    if (a && b)
        return true;
    if (a)
        ml_msg_free(mem, a);
    if (b)
        ml_msg_free(mem, b);
    return false;
}

void ml_sig_answer(Vm *vm, Value self, Msg *m)
{
    Value to = ml_msg_from(m);
    ml_msg_set_from(m, self);
    if (m->kind == SIG_UNLINK) {
        m->kind = SIG_UNLINK_ACK;
    } else {
        m->kind = m->kind == SIG_LINK ? SIG_EXIT : SIG_DOWN;
        ml_msg_reason(&vm->mem, m, ml_v_str(ml_sym(vm, "noproc")), NULL);
    }
    ml_sig_send(vm, to, m);
}

/* --- links --- */

static Msg *find_link(Proc *p, Value pid)
{
    return ml_msg_of(ml_bond_find(p->own->links, pid));
}

static void add_link(Proc *p, Msg *l, Value pid)
{
    l->bond.key = pid;
    l->seq = 0;
    ml_bond_add(&p->own->links, &l->bond, p->vm->hash_key);
    ml_member_holds(p, REALM_BOND);
    ML_LEDGER(p->vm, LED_LINKS);
}

static void drop_link(Proc *p, Msg *l)
{
    ml_bond_remove(&p->own->links, l->bond.key, p->vm->hash_key);
    ml_member_holds(p, -REALM_BOND);
    ml_msg_free(&p->vm->mem, l);
    ML_LEDGER(p->vm, LED_UNLINKED);
}

static bool is_self(const Proc *p, Value pid)
{
    return pid.u == p->pid.u && pid.tag == p->pid.tag;
}

void ml_link(Proc *p, Value pid)
{
    Mem *mem = &p->vm->mem;
    Msg *l = find_link(p, pid);
    if ((l && !l->seq) || is_self(p, pid))
        return;
    bool is_new = !l;
    if (is_new)
        l = ml_msg_new_telling(mem, SIG_EXIT);
    Msg *m = ml_msg_new_telling(mem, SIG_LINK);
    if (is_new ? !have_both(mem, l, m) : !m)
        p->heap->oom(p->heap, sizeof *m);
    if (is_new)
        add_link(p, l, pid);
    l->seq = 0;
    ml_msg_set_from(m, p->pid);
    if (!ml_sig_offer(p->vm, pid, m))           /* as if the dead had answered */
        ml_sig_answer(p->vm, pid, m);
}

void ml_unlink(Proc *p, Value pid)
{
    Msg *l = find_link(p, pid);
    if (!l || l->seq)
        return;
    Msg *m = signal_new(p, SIG_UNLINK);
    l->seq = ++p->own->unlinks;
    m->v = ml_v_int((int64_t)l->seq);
    if (!ml_sig_send(p->vm, pid, m))
        drop_link(p, l);
}

/* m becomes the link. */
static void link_arrives(Proc *p, Msg *m)
{
    if (find_link(p, ml_msg_from(m)))          /* one that waits: sent before our UNLINK was seen */
        ml_msg_free(&p->vm->mem, m);
    else
        add_link(p, m, ml_msg_from(m));
}

static void unlink_arrives(Proc *p, Msg *m)
{
    Msg *l = find_link(p, ml_msg_from(m));
    if (l && !l->seq)
        drop_link(p, l);
    ml_sig_answer(p->vm, p->pid, m);
}

static void unlink_ack_arrives(Proc *p, Msg *m)
{
    Msg *l = find_link(p, ml_msg_from(m));
    if (l && l->seq == (uint64_t)m->v.i)
        drop_link(p, l);
    ml_msg_free(&p->vm->mem, m);
}

/* --- monitors --- */

static void add_monitor(Proc *p, Bond **list, Msg *m, Value other, Value ref)
{
    ml_msg_set_from(m, other);
    m->ref = m->bond.key = ref;
    m->watching = true;
    ml_bond_add(list, &m->bond, p->vm->hash_key);
    if (list == &p->own->monitors)           /* who watches pays, not who is watched */
        ml_member_holds(p, REALM_BOND);
    ML_LEDGER(p->vm, list == &p->own->monitors ? LED_MONITORS : LED_WATCHERS);
}

static Msg *find_monitor(const Proc *p, Value ref)
{
    return ml_msg_of(ml_bond_find(p->own->monitors, ref));
}

/* Out of its tree, to the caller; or NULL. */
static Msg *take_bond(Proc *p, Bond **list, Value ref)
{
    Msg *m = ml_msg_of(ml_bond_remove(list, ref, p->vm->hash_key));
    if (m && list == &p->own->monitors)
        ml_member_holds(p, -REALM_BOND);
    return m;
}

void ml_demonitor_send(Proc *p, Msg *m)
{
    Value to = ml_msg_from(m);
    m->kind = SIG_DEMONITOR;
    ml_msg_set_from(m, p->pid);
    m->v = ml_v_nil();
    if (ml_is_pid(to))
        ml_sig_send(p->vm, to, m);
    else
        ml_msg_free(&p->vm->mem, m);
}

static void drop_alias(Proc *p, Msg *m)
{
    ml_alias_remove(p->vm, m->ref);
    m->alias = ALIAS_NONE;
}

Value ml_proc_ref(Proc *p)
{
    return (Value){ .u = ml_mbox_ref(&p->mbox), .tag = TAG_REF | p->serial << 8 };
}

Value ml_proc_debtor(const Proc *p)
{
    Value ref = { .u = p->awaits, .tag = TAG_REF | p->serial << 8 };
    const Msg *m = p->awaits ? find_monitor(p, ref) : NULL;
    return m ? ml_msg_from(m) : ml_v_nil();
}

Value ml_alias_new(Proc *p, Alias kind)
{
    Value ref = ml_proc_ref(p);
    Msg *m = signal_new(p, SIG_DEMONITOR);
    if (!ml_alias_add(p->vm, ref, p->pid)) {
        ml_msg_free(&p->vm->mem, m);
        p->heap->oom(p->heap, sizeof *m);
    }
    m->alias = (uint8_t)kind;
    ml_msg_set_from(m, ml_v_nil());
    m->ref = m->bond.key = ref;
    ml_bond_add(&p->own->monitors, &m->bond, p->vm->hash_key);
    ml_member_holds(p, REALM_BOND);
    return ref;
}

bool ml_unalias(Proc *p, Value ref)
{
    Msg *m = find_monitor(p, ref);
    if (!m || !m->alias)
        return false;
    drop_alias(p, m);
    if (!m->watching)
        ml_msg_free(&p->vm->mem, take_bond(p, &p->own->monitors, ref));
    return true;
}

Value ml_sig_monitor(Proc *p, Value pid, Str *name, Alias alias)
{
    Vm *vm = p->vm;
    if (is_self(p, pid)) {              /* nobody hears of his own end */
        Value ref = alias ? ml_alias_new(p, alias) : ml_proc_ref(p);
        if (alias)
            ml_msg_set_from(find_monitor(p, ref), pid);
        return ref;
    }
    Value ref = ml_proc_ref(p);
    Msg *mine = ml_msg_new(&vm->mem, SIG_DEMONITOR), *m = ml_msg_new_telling(&vm->mem, SIG_MONITOR);
    if (!have_both(&vm->mem, mine, m))
        p->heap->oom(p->heap, sizeof *m);
    if (alias && !ml_alias_add(vm, ref, p->pid)) {
        ml_msg_free(&vm->mem, mine);
        ml_msg_free(&vm->mem, m);
        p->heap->oom(p->heap, sizeof *m);
    }
    mine->name = m->name = name;
    mine->alias = (uint8_t)alias;
    add_monitor(p, &p->own->monitors, mine, pid, ref);
    ml_msg_set_from(m, p->pid);
    m->ref = ref;
    if (!ml_sig_offer(vm, pid, m))
        ml_sig_answer(vm, pid, m);
    return ref;
}

/* --- of a child --- */

bool ml_ties_new(Vm *vm, Ties *t, bool link, bool monitor)
{
    Mem *mem = &vm->mem;
    *t = (Ties){ 0 };
    if (link) {
        t->link = ml_msg_new_telling(mem, SIG_EXIT);
        t->back = ml_msg_new_telling(mem, SIG_EXIT);
    }
    if (monitor) {
        t->monitor = ml_msg_new(mem, SIG_DEMONITOR);
        t->watcher = ml_msg_new_telling(mem, SIG_DOWN);
    }
    if ((!link || (t->link && t->back)) && (!monitor || (t->monitor && t->watcher)))
        return true;
    ml_ties_free(vm, t);
    return false;
}

void ml_ties_free(Vm *vm, Ties *t)
{
    Msg *const all[] = { t->link, t->back, t->monitor, t->watcher };
    for (int i = 0; i < 4; i++)
        if (all[i])
            ml_msg_free(&vm->mem, all[i]);
}

Value ml_ties_bind(Proc *parent, Proc *child, Ties *t)
{
    if (t->link) {
        add_link(parent, t->link, child->pid);
        add_link(child, t->back, parent->pid);
    }
    if (!t->monitor)
        return ml_v_nil();
    Value ref = ml_proc_ref(parent);
    add_monitor(parent, &parent->own->monitors, t->monitor, child->pid, ref);
    add_monitor(child, &child->own->watchers, t->watcher, parent->pid, ref);
    return ref;
}

/* --- demonitor --- */

/* The monitor is over, as `entry` says. An alias that stays keeps its record, so
 * that to tell the watched takes memory. What the caller may use to tell, or NULL. */
static Msg *end_monitor(Proc *p, Msg *m, LedgerEntry entry)
{
    bool stays = m->alias == ALIAS_EXPLICIT;
    Msg *out = m;
    if (stays && entry == LED_DEMONITORED) {
        out = signal_new(p, SIG_DEMONITOR);
        out->from = m->from;
        out->ref = m->ref;
    }
    ML_LEDGER(p->vm, entry);
    m->watching = false;
    if (stays) {
        ml_msg_set_from(m, ml_v_nil());
        return out != m ? out : NULL;
    }
    if (m->alias)
        drop_alias(p, m);
    take_bond(p, &p->own->monitors, m->ref);
    return m;
}

bool ml_demonitor(Proc *p, Value ref)
{
    Msg *m = find_monitor(p, ref);
    if (m && m->watching) {
        ml_demonitor_send(p, end_monitor(p, m, LED_DEMONITORED));
        return true;
    }
    if (m && ml_is_pid(ml_msg_from(m)) && m->alias != ALIAS_EXPLICIT)      /* of a monitor of oneself */
        return ml_unalias(p, ref);
    return false;
}

/* --- exit signals --- */

static bool is_text(Value v, Vm *vm, const char *s)
{
    return v.tag == TAG_STR && ml_str_equal(v.s, ml_sym(vm, s));
}

static bool needs_copy(Value v)
{
    return ml_is_heap(v) && !((v.o->flags & OF_SHARED) && !(v.o->flags & OF_COUNTED));
}

/* Freezes what is not frozen yet. The answer holds it, once more; NULL: it cannot be. */
static Shared *frozen(Proc *p, Value *v, Copier *c)
{
    if (!(v->o->flags & OF_COUNTED))
        return ml_freeze(p->heap, v, c);
    Shared *owner = ((Shared **)(void *)v->o)[-1];
    ml_shared_ref(owner);
    return owner;
}

bool ml_proc_set_reason(Proc *p, Value v)
{
    p->own->reason = v;
    if (!needs_copy(v))
        return true;
    Copier c;
    Shared *sh = frozen(p, &v, &c);
    if (!sh) {
        ml_copy_drop(&c);
        p->own->reason = ml_v_str(ml_sym(p->vm, "unknown"));
        return false;
    }
    p->own->reason = v;
    p->own->reason_hold = sh;
    return true;
}

/* The memory for the signal comes first: without it nothing has happened. */
bool ml_exit_signal(Proc *p, Value pid, Value reason)
{
    Vm *vm = p->vm;
    Shared *sh = NULL;
    Msg *m = needs_copy(reason) ? ml_msg_new_telling(&vm->mem, SIG_EXIT2) : ml_msg_new(&vm->mem, SIG_EXIT2);
    if (!m)
        p->heap->oom(p->heap, sizeof *m);
    if (m->holds) {
        Copier c;
        sh = frozen(p, &reason, &c);
        if (!sh) {
            bool oom = c.oom;
            char text[128];
            int len = snprintf(text, sizeof text, "cannot send %.80s as a reason", c.why ? c.why : "this");
            ml_copy_drop(&c);
            ml_msg_free(&vm->mem, m);
            if (oom)
                p->heap->oom(p->heap, sizeof *m);
            p->own->err = ml_v_str(ml_str_new(p->heap, text, (size_t)len));
            return false;
        }
    }
    ml_msg_set_from(m, p->pid);
    ml_msg_reason(&vm->mem, m, reason, sh);
    ml_sig_send(vm, pid, m);
    if (sh)
        ml_shared_unref(sh);
    return true;
}

bool ml_exit_from(Vm *vm, Value to, Value from, Value reason)
{
    Msg *m = ml_msg_new(&vm->mem, SIG_EXIT2);
    if (!m)
        return false;
    ml_msg_set_from(m, from);
    m->v = reason;
    ml_sig_send(vm, to, m);
    return true;
}

void ml_leader_signal(Proc *p, Value pid, Value leader)
{
    Msg *m = signal_new(p, SIG_LEADER);
    m->v = leader;
    ml_sig_send(p->vm, pid, m);
}

/* The process ends because of m. */
static void end_by(Proc *p, Msg *m, Value reason)
{
    p->own->reason = reason;
    p->own->err = ml_msg_from(m);                   /* for who wants to know */
    if (m->holds) {
        p->own->reason_hold = m->holds->sh;
        ml_shared_ref(p->own->reason_hold);
    }
    ml_store(&p->state, PROC_EXITING);
}

static inline __attribute__((always_inline)) void append(Proc *p, Msg *m)
{
    ML_LEDGER(p->vm, LED_MAIL);
    m->ref.u = m->seq;
    ml_mbox_append(&p->mbox, m);
    ml_flow_queued(p, m);
}

static void into_mailbox(Proc *p, Msg *m) { append(p, m); }

/* The reason that m tells, where the realm of p has room for it; so nobody ends
 * another by a large one. */
static Hold *take_reason(Proc *p, Msg *m)
{
    Heap *h = p->heap;
    Hold *k = m->holds;
    m->holds = NULL;
    if (!k || !h->quota || ml_heap_find_hold(h, k->sh) || ml_quota_take(h, k->sh->bytes))
        return k;
    ml_shared_unref(k->sh);
    ml_mem_free(h->mem, k, sizeof *k);
    m->v = ml_v_str(ml_sym(p->vm, "unknown"));
    return NULL;
}

/* What m tells need not be in the heap before it is looked at. Under a quota it must be:
 * nobody has paid for it as mail. */
static bool may_lie(const Proc *p, const Msg *m)
{
    return !p->heap->quota && !m->holds && !m->name && !needs_copy(m->v);
}

/* Turns m into an ordinary message. */
static void deliver_table(Proc *p, Msg *m, Value second)
{
    Heap *h = p->heap;
    if (may_lie(p, m)) {
        ml_told_mark(m, second);
        ml_msg_count(h, m);
    } else {
        ml_heap_take(h, NULL, take_reason(p, m));
        m->v = ml_v_tab(ml_told_build(h, m, second));
        m->kind = MSG_USER;
        m->on_heap = true;
    }
    into_mailbox(p, m);
}

/* Takes m. False: the process must end. */
static bool exit_arrives(Proc *p, Msg *m)
{
    Vm *vm = p->vm;
    if (m->kind == SIG_EXIT) {
        Msg *l = find_link(p, ml_msg_from(m));
        bool linked = l && !l->seq;
        if (l)
            drop_link(p, l);
        if (!linked) {                  /* unlinked meanwhile */
            ml_msg_free(&vm->mem, m);
            return true;
        }
    }
    if (m->kind == SIG_EXIT2 && p->own->evaluator && is_text(m->v, vm, "interrupted")) {
        p->own->interrupted = true;
        ml_msg_free(&vm->mem, m);
        return true;
    }
    if (m->kind == SIG_EXIT2 && is_text(m->v, vm, "kill")) {
        end_by(p, m, ml_v_str(ml_sym(vm, "killed")));
        ml_msg_free(&vm->mem, m);
        return false;
    }
    if (p->own->trap_exit) {
        deliver_table(p, m, ml_msg_from(m));
        return true;
    }
    if (is_text(m->v, vm, "normal") && !is_self(p, ml_msg_from(m))) {
        ml_msg_free(&vm->mem, m);
        return true;
    }
    if (p->own->evaluator) {         /* a prompt lives on: it stops what it does and hears why */
        deliver_table(p, m, ml_msg_from(m));
        p->own->interrupted = true;
        return true;
    }
    end_by(p, m, m->v);
    ml_msg_free(&vm->mem, m);
    return false;
}

/* m becomes the watcher. */
static void monitor_arrives(Proc *p, Msg *m)
{
    add_monitor(p, &p->own->watchers, m, ml_msg_from(m), m->ref);
}

static void down_arrives(Proc *p, Msg *m)
{
    Msg *mine = find_monitor(p, m->ref);
    if (!mine || !mine->watching) {
        ml_msg_free(&p->vm->mem, m);    /* demonitored meanwhile */
        return;
    }
    mine = end_monitor(p, mine, LED_DOWNS);
    if (mine)
        ml_msg_free(&p->vm->mem, mine);
    deliver_table(p, m, m->ref);
}

static void demonitor_arrives(Proc *p, Msg *m)
{
    Msg *was = take_bond(p, &p->own->watchers, m->ref);
    if (was) {
        ML_LEDGER(p->vm, LED_UNWATCHED);
        ml_msg_free(&p->vm->mem, was);
    }
    ml_msg_free(&p->vm->mem, m);
}

/* --- messages --- */

/* Was it sent to an alias that is none any more? The first reply may end one. */
static bool is_late(Proc *p, const Msg *m)
{
    Msg *to = find_monitor(p, m->ref);
    if (!to || !to->alias)
        return true;
    if (to->alias != ALIAS_REPLY)
        return false;
    if (to->watching)
        ml_demonitor_send(p, end_monitor(p, to, LED_DEMONITORED));
    else
        ml_unalias(p, m->ref);
    return false;
}

static inline __attribute__((always_inline)) void message_arrives(Proc *p, Msg *m)
{
    if (ml_is_ref(m->ref) && is_late(p, m)) {
        ML_LEDGER(p->vm, LED_LATE);
        ml_trace_drop(p->vm, p->pid, m->seq, "late");
        ml_realm_unadmit(p, m);
        ml_flow_taken(p, m);
        ml_letter(p->vm, m->ref, m, "noproc");
        return;
    }
    ml_msg_count(p->heap, m);
    append(p, m);
}

/* A message too many, for a mailbox that ends its process then. */
static void full_arrives(Proc *p, Msg *m)
{
    Heap *h = p->heap;
    const Flow *f = ml_flow_get(p);
    Tab *t = ml_tab_new(h, 2, 2);
    ml_tab_setint(h, t, 1, ml_v_str(ml_sym(p->vm, "limit")));
    ml_tab_setint(h, t, 2, ml_v_str(ml_sym(p->vm, "mailbox")));
    bool by_count = f->o.limit && ml_flow_messages(f) >= f->o.limit;
    ml_tab_setstr(h, t, ml_sym(p->vm, "limit"), ml_v_int(by_count ? f->o.limit : (int64_t)f->o.bytes));
    ml_tab_setstr(h, t, ml_sym(p->vm, "used"), ml_v_int((int64_t)(by_count ? ml_flow_messages(f) : ml_flow_bytes(f))));
    ml_proc_set_reason(p, ml_v_tab(t));
    ml_store(&p->state, PROC_EXITING);
    m->kind = MSG_USER;
    ml_letter(p->vm, p->pid, m, "full");
}

/* It is woken for more than to tell. */
static inline void is_woken(Proc *p)
{
    p->own->waited &= (uint8_t)~WAITED_ASKED;
    if (p->does >= DOES_WAIT)
        p->does = DOES_READY;
}

/* Takes m, but only when it returns: it may unwind for want of memory. False:
 * the process must end. */
static inline __attribute__((always_inline)) bool arrives(Proc *p, Msg *m)
{
    if (m->kind == MSG_USER) {
        is_woken(p);
        message_arrives(p, m);
        return true;
    }
    if (m->kind != SIG_INFO && m->kind != SIG_TELL)
        is_woken(p);
    else if (p->does >= DOES_WAIT)
        p->own->waited |= WAITED_ASKED;
    switch ((MsgKind)m->kind) {
    case SIG_EXIT:
    case SIG_EXIT2:      return exit_arrives(p, m);
    case SIG_LINK:       link_arrives(p, m); return true;
    case SIG_UNLINK:     unlink_arrives(p, m); return true;
    case SIG_UNLINK_ACK: unlink_ack_arrives(p, m); return true;
    case SIG_MONITOR:    monitor_arrives(p, m); return true;
    case SIG_DEMONITOR:  demonitor_arrives(p, m); return true;
    case SIG_DOWN:       down_arrives(p, m); return true;
    case SIG_INFO:       ml_info_arrives(p, m); return true;
    case SIG_LEADER:     p->own->leader = ml_is_pid(m->v) ? ml_pid_bits(m->v) : 0; break;
    case SIG_FULL:       full_arrives(p, m); return false;
    case SIG_LETTER:
    case SIG_ALARM:      into_mailbox(p, ml_letter_opened(p, m)); return true;
    case SIG_TELL:       ml_tell_arrives(p, m); return true;
    case SIG_WAKE:
    case MSG_USER:
    case MSG_KINDS:      break;
    }
    ml_msg_free(&p->vm->mem, m);
    return true;
}

/* What is not handled stays in the mailbox: for later, or for the end. */
static bool handle(Proc *p, uint64_t turns, uint64_t most)
{
    Mbox *b = &p->mbox;
    if (!ml_mbox_fetch(b, turns))
        return true;
    for (; b->in && most > 0; most--) {
        Msg *m = b->in, *next = m->next;
        unsigned kind = m->kind;
        bool alive = arrives(p, m);
        b->in = next;
        ML_LEDGER(p->vm, LED_HANDLED + kind);
        if (!alive)
            return false;
    }
    ml_flow_trim(p);
    return true;
}

/* Most often: one message, to a process that nothing limits. True: it is in. */
static inline bool handle_one(Proc *p)
{
    if (ml_flow_get(p) || p->heap->quota || p->mbox.count >= ALARM_HIGH)
        return false;
    Msg *m = ml_mbox_fetch_one(&p->mbox);
    if (!m)
        return false;
    is_woken(p);
    message_arrives(p, m);
    ML_LEDGER(p->vm, LED_HANDLED + MSG_USER);
    return true;
}

bool ml_proc_signals_some(Proc *p)
{
    enum { TURNS = 4000, MOST = 400,        /* some tens of microseconds each */
           FREE = 16, REDS = 4 };
    if (handle_one(p))
        return true;
    uint64_t before = p->mbox.seq;
    bool alive = handle(p, TURNS, MOST);
    uint64_t n = p->mbox.seq - before;
    if (n > FREE)
        p->reds -= (int64_t)n * REDS;
    return alive;
}

bool ml_proc_signals(Proc *p)
{
    if (ml_mbox_is_behind(&p->mbox) && !handle(p, UINT64_MAX, UINT64_MAX))
        return false;
    return handle(p, UINT64_MAX, UINT64_MAX);
}
