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
 *
 * What finds the receiver gone answers at once, and what was in its inbox when
 * it ended is answered by its end (exit.c); so nobody keeps a link or monitor to
 * the dead. tests/model/spin has these protocols as models.
 *
 * The reason of an end is copied once, into a shared frozen region that every
 * signal refers to; with no memory for that a static reason stands in.
 */
#include <stdio.h>
#include <string.h>

#include "vm/base/buf.h"
#include "vm/base/check.h"
#include "vm/data/copy.h"
#include "vm/proc/inspect.h"
#include "vm/proc/realm.h"
#include "vm/proc/region.h"
#include "vm/proc/signal.h"
#include "vm/proc/sim.h"

/* --- sending --- */

bool ml_sig_send(Vm *vm, Value to, Msg *m)
{
    Proc *p = ml_is_pid(to) ? ml_proc_find(vm, to) : NULL;
    unsigned kind = m->kind;
    ML_LEDGER(vm, LED_SENT + kind);
    ml_sim_note(vm, SIM_SEND, to, kind);
    if (p && kind == MSG_USER && !ml_realm_admit(p, m))
        p = NULL;                       /* its realm has no room */
    if (!p)
        ml_msg_free(&vm->mem, m);
    if (p && ml_mbox_push(&p->mbox, &vm->mem, m) == MBOX_AWAKE) {
        vm->wake(vm, p);
        return true;
    }
    ML_LEDGER(vm, LED_DROPPED + kind);
    return false;
}

Msg *ml_signal_new(Vm *vm, MsgKind kind, Value from, Value v, Shared *hold)
{
    Msg *m = ml_msg_new(&vm->mem, kind);
    if (!m)
        return NULL;
    m->from = from;
    m->v = v;
    if (hold) {
        Hold *k = ml_mem_zalloc(&vm->mem, sizeof *k);
        if (!k) {
            m->v = ml_v_str(ml_sym(vm, "unknown"));
            return m;
        }
        ml_shared_ref(hold);
        k->sh = hold;
        m->holds = k;
    }
    return m;
}

void ml_signal(Vm *vm, Value to, MsgKind kind, Value from, Value v, Shared *hold)
{
    Msg *m = ml_signal_new(vm, kind, from, v, hold);
    if (m)
        ml_sig_send(vm, to, m);
}

/* As ml_signal, for what must not get lost: without memory p ends. False: the
 * receiver is gone. */
static bool must_signal(Proc *p, Value to, MsgKind kind, Value v, Value ref, Str *name)
{
    Msg *m = ml_signal_new(p->vm, kind, p->pid, v, NULL);
    if (!m)
        p->heap.oom(&p->heap, sizeof *m);
    m->ref = ref;
    m->name = name;
    return ml_sig_send(p->vm, to, m);
}

static Value noproc(Vm *vm) { return ml_v_str(ml_sym(vm, "noproc")); }

/* --- links --- */

static Link *find_link(Proc *p, Value pid)
{
    return (Link *)ml_bond_find(p->links, pid);
}

static void add_link(Proc *p, Value pid)
{
    Link *l = ml_mem_zalloc(&p->vm->mem, sizeof *l);
    if (!l)
        p->heap.oom(&p->heap, sizeof *l);
    l->bond.key = pid;
    ml_bond_add(&p->links, &l->bond, p->vm->hash_key);
    ml_member_holds(p, REALM_BOND);
    ML_LEDGER(p->vm, LED_LINKS);
}

static void drop_link(Proc *p, Link *l)
{
    ml_bond_remove(&p->links, l->bond.key, p->vm->hash_key);
    ml_member_holds(p, -REALM_BOND);
    ml_mem_free(&p->vm->mem, l, sizeof *l);
    ML_LEDGER(p->vm, LED_UNLINKED);
}

void ml_link(Proc *p, Value pid)
{
    Link *l = find_link(p, pid);
    bool is_new = !l;
    if ((l && !l->unlinking) || (pid.u == p->pid.u && pid.tag == p->pid.tag))
        return;
    if (is_new) {
        add_link(p, pid);
        l = find_link(p, pid);
    }
    if (must_signal(p, pid, SIG_LINK, ml_v_nil(), ml_v_nil(), NULL)) {
        l->unlinking = 0;
        return;
    }
    if (is_new)                 /* an unlink that waits goes on waiting */
        drop_link(p, l);
    ml_signal(p->vm, p->pid, SIG_EXIT2, pid, noproc(p->vm), NULL);
}

void ml_unlink(Proc *p, Value pid)
{
    Link *l = find_link(p, pid);
    if (!l || l->unlinking)
        return;
    uint64_t number = p->unlinks + 1;
    if (!must_signal(p, pid, SIG_UNLINK, ml_v_int((int64_t)number), ml_v_nil(), NULL)) {
        drop_link(p, l);
        return;
    }
    p->unlinks = number;
    l->unlinking = number;
}

void ml_link_new(Proc *parent, Proc *child)
{
    add_link(parent, child->pid);
    add_link(child, parent->pid);
}

static void link_arrives(Proc *p, Msg *m)
{
    if (!find_link(p, m->from))         /* one that waits: sent before our UNLINK was seen */
        add_link(p, m->from);
    ml_msg_free(&p->vm->mem, m);
}

void ml_unlink_answer(Vm *vm, Value self, Msg *m)
{
    Value to = m->from;
    m->kind = SIG_UNLINK_ACK;
    m->from = self;
    ml_sig_send(vm, to, m);
}

static void unlink_arrives(Proc *p, Msg *m)
{
    Link *l = find_link(p, m->from);
    if (l && !l->unlinking)
        drop_link(p, l);
    ml_unlink_answer(p->vm, p->pid, m);
}

static void unlink_ack_arrives(Proc *p, Msg *m)
{
    Link *l = find_link(p, m->from);
    if (l && l->unlinking == (uint64_t)m->v.i)
        drop_link(p, l);
    ml_msg_free(&p->vm->mem, m);
}

/* --- monitors --- */

static void add_monitor(Proc *p, Bond **list, Value other, Value ref, Str *name, bool alias)
{
    Monitor *m = ml_mem_alloc(&p->vm->mem, sizeof *m);
    if (!m)
        p->heap.oom(&p->heap, sizeof *m);
    *m = (Monitor){ .bond = { .key = ref }, .other = other, .name = name, .alias = alias };
    ml_bond_add(list, &m->bond, p->vm->hash_key);
    if (list == &p->monitors)           /* who watches pays, not who is watched */
        ml_member_holds(p, REALM_BOND);
    ML_LEDGER(p->vm, list == &p->monitors ? LED_MONITORS : LED_WATCHERS);
}

/* entry: how it ended, for the ledger. */
static bool drop_monitor(Proc *p, Bond **list, Value ref, LedgerEntry entry, Monitor *out)
{
    Monitor *m = (Monitor *)ml_bond_remove(list, ref, p->vm->hash_key);
    if (!m)
        return false;
    *out = *m;
    if (list == &p->monitors)
        ml_member_holds(p, -REALM_BOND);
    ml_mem_free(&p->vm->mem, m, sizeof *m);
    ML_LEDGER(p->vm, entry);
    return true;
}

Value ml_proc_ref(Proc *p)
{
    return (Value){ .u = ml_mbox_ref(&p->mbox), .tag = TAG_REF | p->serial << 8 };
}

Value ml_proc_debtor(const Proc *p)
{
    Value ref = { .u = p->awaits, .tag = TAG_REF | p->serial << 8 };
    const Monitor *m = p->awaits ? (const Monitor *)ml_bond_find(p->monitors, ref) : NULL;
    return m ? m->other : ml_v_nil();
}

void ml_down_send(Vm *vm, Value to, Value from, Value ref, Str *name, Value reason, Shared *hold)
{
    Msg *m = ml_signal_new(vm, SIG_DOWN, from, reason, hold);
    if (!m)
        return;
    m->ref = ref;
    m->name = name;
    ml_sig_send(vm, to, m);
}

Value ml_sig_monitor(Proc *p, Value pid, Str *name, bool alias)
{
    Vm *vm = p->vm;
    Value ref = ml_proc_ref(p);
    add_monitor(p, &p->monitors, pid, ref, name, alias);
    if (alias && !ml_alias_add(vm, ref, p->pid))
        p->heap.oom(&p->heap, 64);
    if (!must_signal(p, pid, SIG_MONITOR, ml_v_nil(), ref, name))
        ml_down_send(vm, p->pid, pid, ref, name, noproc(vm), NULL);
    return ref;
}

Value ml_monitor_new(Proc *parent, Proc *child)
{
    Value ref = ml_proc_ref(parent);
    add_monitor(parent, &parent->monitors, child->pid, ref, NULL, false);
    add_monitor(child, &child->watchers, parent->pid, ref, NULL, false);
    return ref;
}

static bool is_down_of(Proc *p, const Msg *m, Value ref)
{
    if (m->v.tag != TAG_TAB || !m->on_heap)
        return false;
    Value tag = *ml_tab_getint(&p->heap, m->v.t, 1), r = *ml_tab_getint(&p->heap, m->v.t, 2);
    return tag.tag == TAG_STR && tag.s == ml_sym(p->vm, "DOWN") && r.u == ref.u && r.tag == ref.tag;
}

bool ml_demonitor(Proc *p, Value ref, bool flush)
{
    Monitor was;
    bool found = drop_monitor(p, &p->monitors, ref, LED_DEMONITORED, &was);
    if (found && was.alias)
        ml_alias_remove(p->vm, ref);
    if (found && ml_is_pid(was.other))
        must_signal(p, was.other, SIG_DEMONITOR, ml_v_nil(), ref, NULL);
    if (!flush)
        return found;
    ml_proc_signals(p);
    Msg *mark = p->mbox.mark;
    for (Msg *m = p->mbox.head; m; m = m->next)
        if (is_down_of(p, m, ref)) {
            p->mbox.mark = m;
            ML_LEDGER(p->vm, LED_READ);
            ml_msg_free(&p->vm->mem, ml_mbox_take(&p->mbox));
            p->mbox.mark = mark == m ? NULL : mark;
            break;
        }
    return found;
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
        return ml_freeze(&p->heap, v, c);
    Shared *owner = ((Shared **)(void *)v->o)[-1];
    ml_shared_ref(owner);
    return owner;
}

bool ml_proc_set_reason(Proc *p, Value v)
{
    p->reason = v;
    if (!needs_copy(v))
        return true;
    Copier c;
    Shared *sh = frozen(p, &v, &c);
    if (!sh) {
        ml_copy_drop(&c);
        p->reason = ml_v_str(ml_sym(p->vm, "unknown"));
        return false;
    }
    p->reason = v;
    p->reason_hold = sh;
    return true;
}

bool ml_exit_signal(Proc *p, Value pid, Value reason)
{
    Shared *sh = NULL;
    if (needs_copy(reason)) {
        Copier c;
        Value v = reason;
        sh = frozen(p, &v, &c);
        if (!sh) {
            char text[128];
            int len = snprintf(text, sizeof text, "cannot send %.80s as a reason", c.why ? c.why : "this");
            ml_copy_drop(&c);
            p->err = ml_v_str(ml_str_new(&p->heap, text, (size_t)len));
            return false;
        }
        reason = v;
    }
    ml_signal(p->vm, pid, SIG_EXIT2, p->pid, reason, sh);
    if (sh)
        ml_shared_unref(sh);
    return true;
}

/* The process ends because of m. */
static void end_by(Proc *p, Msg *m, Value reason)
{
    p->reason = reason;
    if (m->holds) {
        p->reason_hold = m->holds->sh;
        ml_shared_ref(p->reason_hold);
    }
    ml_store(&p->state, PROC_EXITING);
}

static void into_mailbox(Proc *p, Msg *m)
{
    ML_LEDGER(p->vm, LED_MAIL);
    ml_mbox_append(&p->mbox, m);
}

/* Turns m into an ordinary message whose table lies in the heap. */
static void deliver_table(Proc *p, Msg *m, const char *tag, Value second)
{
    Heap *h = &p->heap;
    Vm *vm = p->vm;
    Hold *holds = m->holds;
    m->holds = NULL;
    ml_heap_take(h, NULL, holds);
    Tab *t = ml_tab_new(h, 2, 2);
    ml_tab_setint(h, t, 1, ml_v_str(ml_sym(vm, tag)));
    ml_tab_setint(h, t, 2, second);
    if (m->kind == SIG_DOWN)
        ml_tab_setstr(h, t, ml_sym(vm, "pid"), m->from);
    ml_tab_setstr(h, t, ml_sym(vm, "reason"), m->v);
    if (m->name)
        ml_tab_setstr(h, t, ml_sym(vm, "name"), ml_v_str(m->name));
    m->kind = MSG_USER;
    m->v = ml_v_tab(t);
    m->on_heap = true;
    into_mailbox(p, m);
}

/* Takes m. False: the process must end. */
static bool exit_arrives(Proc *p, Msg *m)
{
    Vm *vm = p->vm;
    if (m->kind == SIG_EXIT) {
        Link *l = find_link(p, m->from);
        bool linked = l && !l->unlinking;
        if (l)
            drop_link(p, l);
        if (!linked) {                  /* unlinked meanwhile */
            ml_msg_free(&vm->mem, m);
            return true;
        }
    }
    if (m->kind == SIG_EXIT2 && p->evaluator && is_text(m->v, vm, "interrupted")) {
        p->interrupted = true;
        ml_msg_free(&vm->mem, m);
        return true;
    }
    if (m->kind == SIG_EXIT2 && is_text(m->v, vm, "kill")) {
        end_by(p, m, ml_v_str(ml_sym(vm, "killed")));
        ml_msg_free(&vm->mem, m);
        return false;
    }
    if (p->trap_exit) {
        deliver_table(p, m, "EXIT", m->from);
        return true;
    }
    bool own = m->from.u == p->pid.u && m->from.tag == p->pid.tag;
    if (is_text(m->v, vm, "normal") && !own) {
        ml_msg_free(&vm->mem, m);
        return true;
    }
    if (p->evaluator) {         /* a prompt lives on: it stops what it does and hears why */
        deliver_table(p, m, "EXIT", m->from);
        p->interrupted = true;
        return true;
    }
    end_by(p, m, m->v);
    ml_msg_free(&vm->mem, m);
    return false;
}

static void monitor_arrives(Proc *p, Msg *m)
{
    add_monitor(p, &p->watchers, m->from, m->ref, m->name, false);
    ml_msg_free(&p->vm->mem, m);
}

static void down_arrives(Proc *p, Msg *m)
{
    Monitor was;
    if (!drop_monitor(p, &p->monitors, m->ref, LED_DOWNS, &was)) {
        ml_msg_free(&p->vm->mem, m);    /* demonitored meanwhile */
        return;
    }
    if (was.alias)
        ml_alias_remove(p->vm, m->ref);
    deliver_table(p, m, "DOWN", m->ref);
}

static void demonitor_arrives(Proc *p, Msg *m)
{
    Monitor was;
    drop_monitor(p, &p->watchers, m->ref, LED_UNWATCHED, &was);
    ml_msg_free(&p->vm->mem, m);
}

/* Takes m, but only when it returns: it may unwind for want of memory. False:
 * the process must end. */
static bool arrives(Proc *p, Msg *m)
{
    if (p->does >= DOES_WAIT && m->kind != SIG_INFO)
        p->does = DOES_READY;           /* woken for more than to tell */
    switch ((MsgKind)m->kind) {
    case MSG_USER:       ml_msg_count(&p->heap, m); into_mailbox(p, m); return true;
    case SIG_EXIT:
    case SIG_EXIT2:      return exit_arrives(p, m);
    case SIG_LINK:       link_arrives(p, m); return true;
    case SIG_UNLINK:     unlink_arrives(p, m); return true;
    case SIG_UNLINK_ACK: unlink_ack_arrives(p, m); return true;
    case SIG_MONITOR:    monitor_arrives(p, m); return true;
    case SIG_DEMONITOR:  demonitor_arrives(p, m); return true;
    case SIG_DOWN:       down_arrives(p, m); return true;
    case SIG_INFO:       ml_info_arrives(p, m); return true;
    case SIG_WAKE:
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
    return true;
}

bool ml_proc_signals_some(Proc *p)
{
    enum { TURNS = 4000, MOST = 400 };      /* some tens of microseconds each */
    return handle(p, TURNS, MOST);
}

bool ml_proc_signals(Proc *p)
{
    if (ml_mbox_is_behind(&p->mbox) && !handle(p, UINT64_MAX, UINT64_MAX))
        return false;
    return handle(p, UINT64_MAX, UINT64_MAX);
}
