/*
 * signal.c - what processes tell each other besides messages, as in Erlang.
 *
 * Everything travels through the receiver's inbox, so signals and messages of
 * one sender arrive in the order sent. The receiver handles its signals when
 * it runs (ml_proc_signals): a WAITING process is woken for it.
 *
 *   link(B) by A       A notes B; LINK tells B, which notes A. B is dead:
 *                      A gets the exit signal noproc
 *   A ends             EXIT to every linked process, DOWN to every watcher
 *   EXIT arrives       trapped: becomes the message {"EXIT", from, reason = r}
 *                      reason normal: ignored; else the receiver ends too
 *   monitor(B) by A    A notes it; MONITOR tells B. B is dead: DOWN noproc
 *
 * The reason of an end is copied once, into a shared frozen region that every
 * signal refers to; with no memory for that a static reason stands in.
 */
#include <stdio.h>
#include <string.h>

#include "vm/base/buf.h"
#include "vm/base/check.h"
#include "vm/data/copy.h"
#include "vm/proc/region.h"
#include "vm/proc/signal.h"
#include "vm/proc/sim.h"

/* --- sending --- */

void ml_sig_send(Vm *vm, Value to, Msg *m)
{
    Proc *p = ml_is_pid(to) ? ml_proc_find(vm, to) : NULL;
    ml_sim_note(vm, SIM_SEND, to, m->kind);
    if (!p) {
        ml_msg_free(&vm->mem, m);
        return;
    }
    if (ml_mbox_push(&p->mbox, &vm->mem, m) == MBOX_AWAKE)
        vm->wake(vm, p);
}

static Msg *signal_msg(Vm *vm, MsgKind kind, Value from, Value v, Shared *hold)
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
    Msg *m = signal_msg(vm, kind, from, v, hold);
    if (m)
        ml_sig_send(vm, to, m);
}

static Value noproc(Vm *vm) { return ml_v_str(ml_sym(vm, "noproc")); }

/* --- links --- */

static Link **find_link(Proc *p, Value pid)
{
    for (Link **l = &p->links; *l; l = &(*l)->next)
        if ((*l)->other.u == pid.u && (*l)->other.tag == pid.tag)
            return l;
    return NULL;
}

static bool add_link(Proc *p, Value pid)
{
    if (find_link(p, pid))
        return false;
    Link *l = ml_mem_alloc(&p->vm->mem, sizeof *l);
    if (!l)
        p->heap.oom(&p->heap, sizeof *l);
    *l = (Link){ p->links, pid };
    p->links = l;
    return true;
}

static bool drop_link(Proc *p, Value pid)
{
    Link **at = find_link(p, pid), *l;
    if (!at)
        return false;
    l = *at;
    *at = l->next;
    ml_mem_free(&p->vm->mem, l, sizeof *l);
    return true;
}

void ml_link(Proc *p, Value pid)
{
    if (pid.u == p->pid.u && pid.tag == p->pid.tag)
        return;
    if (!ml_proc_find(p->vm, pid)) {
        ml_signal(p->vm, p->pid, SIG_EXIT2, pid, noproc(p->vm), NULL);
        return;
    }
    if (add_link(p, pid))
        ml_signal(p->vm, pid, SIG_LINK, p->pid, ml_v_nil(), NULL);
}

void ml_unlink(Proc *p, Value pid)
{
    if (drop_link(p, pid))
        ml_signal(p->vm, pid, SIG_UNLINK, p->pid, ml_v_nil(), NULL);
}

void ml_link_new(Proc *parent, Proc *child)
{
    add_link(parent, child->pid);
    add_link(child, parent->pid);
}

/* --- monitors --- */

static Monitor *add_monitor(Proc *p, Monitor **list, Value other, Value ref, Str *name, bool alias)
{
    Monitor *m = ml_mem_alloc(&p->vm->mem, sizeof *m);
    if (!m)
        p->heap.oom(&p->heap, sizeof *m);
    *m = (Monitor){ *list, other, ref, name, alias };
    *list = m;
    return m;
}

static bool drop_monitor(Proc *p, Monitor **list, Value ref, Monitor *out)
{
    for (Monitor **at = list; *at; at = &(*at)->next)
        if ((*at)->ref.u == ref.u && (*at)->ref.tag == ref.tag) {
            Monitor *m = *at;
            *at = m->next;
            *out = *m;
            ml_mem_free(&p->vm->mem, m, sizeof *m);
            return true;
        }
    return false;
}

Value ml_proc_ref(Proc *p)
{
    return (Value){ .u = ml_mbox_ref(&p->mbox), .tag = TAG_REF | p->serial << 8 };
}

static void send_down(Vm *vm, Value to, Value from, Value ref, Str *name, Value reason, Shared *hold)
{
    Msg *m = signal_msg(vm, SIG_DOWN, from, reason, hold);
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
    if (alias && !ml_alias_add(vm, ref, p->pid))
        p->heap.oom(&p->heap, 64);
    add_monitor(p, &p->monitors, pid, ref, name, alias);
    if (!ml_is_pid(pid) || !ml_proc_find(vm, pid)) {
        send_down(vm, p->pid, pid, ref, name, noproc(vm), NULL);
        return ref;
    }
    Msg *m = signal_msg(vm, SIG_MONITOR, p->pid, ml_v_nil(), NULL);
    if (!m)
        p->heap.oom(&p->heap, sizeof *m);
    m->ref = ref;
    m->name = name;
    ml_sig_send(vm, pid, m);
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
    bool found = drop_monitor(p, &p->monitors, ref, &was);
    ml_alias_remove(p->vm, ref);
    if (found && ml_is_pid(was.other)) {
        Msg *m = signal_msg(p->vm, SIG_DEMONITOR, p->pid, ml_v_nil(), NULL);
        if (m) {
            m->ref = ref;
            ml_sig_send(p->vm, was.other, m);
        }
    }
    if (!flush)
        return found;
    ml_proc_signals(p);
    Msg *mark = p->mbox.mark;
    for (Msg *m = p->mbox.head; m; m = m->next)
        if (is_down_of(p, m, ref)) {
            p->mbox.mark = m;
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

bool ml_proc_set_reason(Proc *p, Value v)
{
    p->reason = v;
    if (!needs_copy(v))
        return true;
    Copier c;
    Shared *sh = ml_freeze(&p->heap, &v, &c);
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
        sh = ml_freeze(&p->heap, &v, &c);
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
    p->state = PROC_EXITING;
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
    ml_mbox_append(&p->mbox, m);
}

/* Takes m. False: the process must end. */
static bool exit_arrives(Proc *p, Msg *m)
{
    Vm *vm = p->vm;
    if (m->kind == SIG_EXIT && !drop_link(p, m->from)) {
        ml_msg_free(&vm->mem, m);       /* unlinked meanwhile */
        return true;
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
    if (!drop_monitor(p, &p->monitors, m->ref, &was)) {
        ml_msg_free(&p->vm->mem, m);    /* demonitored meanwhile */
        return;
    }
    if (was.alias)
        ml_alias_remove(p->vm, m->ref);
    deliver_table(p, m, "DOWN", m->ref);
}

bool ml_proc_signals(Proc *p)
{
    Vm *vm = p->vm;
    Monitor was;
    bool alive = true;
    for (Msg *m = ml_mbox_fetch(&p->mbox), *next; m; m = next) {
        next = m->next;
        if (!alive) {                   /* it has ended; the rest goes back for ml_proc_exit */
            m->next = p->unread;
            p->unread = m;
            continue;
        }
        switch ((MsgKind)m->kind) {
        case MSG_USER:      ml_msg_count(&p->heap, m); ml_mbox_append(&p->mbox, m); break;
        case SIG_EXIT:
        case SIG_EXIT2:     alive = exit_arrives(p, m); break;
        case SIG_LINK:      add_link(p, m->from); ml_msg_free(&vm->mem, m); break;
        case SIG_UNLINK:    drop_link(p, m->from); ml_msg_free(&vm->mem, m); break;
        case SIG_MONITOR:   monitor_arrives(p, m); break;
        case SIG_DEMONITOR: drop_monitor(p, &p->watchers, m->ref, &was); ml_msg_free(&vm->mem, m); break;
        case SIG_DOWN:      down_arrives(p, m); break;
        case SIG_WAKE:      ml_msg_free(&vm->mem, m); break;
        }
    }
    return alive;
}

/* --- the end --- */

/* Signals that reach a process that is gone. */
static void refuse(Vm *vm, Value self, Msg *m)
{
    if (m->kind == SIG_LINK)
        ml_signal(vm, m->from, SIG_EXIT, self, noproc(vm), NULL);
    else if (m->kind == SIG_MONITOR)
        send_down(vm, m->from, self, m->ref, m->name, noproc(vm), NULL);
    ml_msg_free(&vm->mem, m);
}

static void refuse_all(Vm *vm, Value self, Msg *m)
{
    while (m) {
        Msg *next = m->next;
        refuse(vm, self, m);
        m = next;
    }
}

void ml_proc_exit(Proc *p)
{
    Vm *vm = p->vm;
    Value self = p->pid, reason = p->reason;
    Shared *hold = p->reason_hold;
    ml_sim_note(vm, SIM_EXIT, self, 0);
    p->state = PROC_EXITING;
    ml_name_remove(vm, p);
    ml_proc_disarm(p);
    Msg *late = ml_mbox_close(&p->mbox);
    for (Link *l = p->links, *next; l; l = next) {
        next = l->next;
        ml_signal(vm, l->other, SIG_EXIT, self, reason, hold);
        ml_mem_free(&vm->mem, l, sizeof *l);
    }
    p->links = NULL;
    for (Monitor *m = p->watchers, *next; m; m = next) {
        next = m->next;
        send_down(vm, m->other, self, m->ref, m->name, reason, hold);
        ml_mem_free(&vm->mem, m, sizeof *m);
    }
    p->watchers = NULL;
    for (Monitor *m = p->monitors, *next; m; m = next) {
        next = m->next;
        ml_alias_remove(vm, m->ref);
        if (ml_is_pid(m->other)) {
            Msg *d = signal_msg(vm, SIG_DEMONITOR, self, ml_v_nil(), NULL);
            if (d) {
                d->ref = m->ref;
                ml_sig_send(vm, m->other, d);
            }
        }
        ml_mem_free(&vm->mem, m, sizeof *m);
    }
    p->monitors = NULL;
    refuse_all(vm, self, p->unread);
    p->unread = NULL;
    refuse_all(vm, self, late);
    ml_proc_free(p);
}

void ml_proc_exit_quietly(Proc *p)
{
    Vm *vm = p->vm;
    for (Link *l = p->links, *next; l; l = next) {
        next = l->next;
        ml_mem_free(&vm->mem, l, sizeof *l);
    }
    Monitor *lists[2] = { p->watchers, p->monitors };
    for (int i = 0; i < 2; i++)
        for (Monitor *m = lists[i], *next; m; m = next) {
            next = m->next;
            ml_mem_free(&vm->mem, m, sizeof *m);
        }
    for (Msg *m = p->unread, *next; m; m = next) {
        next = m->next;
        ml_msg_free(&vm->mem, m);
    }
    ml_proc_disarm(p);
    ml_proc_free(p);
}
