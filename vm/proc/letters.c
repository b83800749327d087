/*
 * letters.c - who hears of messages that got lost, and of mailboxes that fill up.
 *
 *     {"dead_letter", to, message = m, from = p, why = "full"}
 *     {"mailbox_alarm", pid, "high", messages = n, bytes = n}
 *
 * A lost message is its own news: it goes to a listener as it is, as a signal of
 * another kind, and the listener makes the table. Where more than one listens, the
 * others get copies; of a very large message only the news. A letter that does
 * not arrive is no letter again: it is counted.
 */
#include "vm/data/copy.h"
#include "vm/proc/flow.h"
#include "vm/proc/signal.h"

enum { COPY_MOST = 64 * 1024 };

static const char *const words[] = { "full", "limit", "memory", "noproc", "unread", "withdrawn", "high", "low",
                                     "dead_letter", "mailbox_alarm", "message", "from", "why", "messages",
                                     "bytes" };

/* --- subscribing --- */

bool ml_listens(Proc *p, FlowSubject subject)
{
    Flow *f = ml_flow_get(p);
    return f && f->hears[subject];
}

static void leave(FlowVm *fv, Flow *f, FlowSubject s)
{
    Flow **at = &fv->listeners[s];
    while (*at != f)
        at = &(*at)->next_listener[s];
    *at = f->next_listener[s];
    f->hears[s] = false;
    ml_sub(&fv->nlisteners[s], 1);
}

bool ml_listen(Proc *p, FlowSubject s, bool on)
{
    Vm *vm = p->vm;
    FlowVm *fv = &vm->flow;
    Flow *f = ml_flow_own(p);
    if (!f)
        return false;
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        ml_sym(vm, words[i]);           /* made now: where it is needed nothing may fail */
    ml_lock(&fv->listen);
    if (on && !f->hears[s]) {
        f->hears[s] = true;
        f->next_listener[s] = fv->listeners[s];
        fv->listeners[s] = f;
        ml_add(&fv->nlisteners[s], 1);
    } else if (!on && f->hears[s]) {
        leave(fv, f, s);
    }
    ml_unlock(&fv->listen);
    return true;
}

void ml_listen_end(Vm *vm, Flow *f)
{
    FlowVm *fv = &vm->flow;
    ml_lock(&fv->listen);
    for (int s = 0; s < FLOW_SUBJECTS; s++)
        if (f->hears[s])
            leave(fv, f, (FlowSubject)s);
    ml_unlock(&fv->listen);
}

/* --- sending: under the lock --- */

static bool has_room(Flow *l)
{
    return ml_load(&l->letters) < LETTERS_MOST;
}

/* Takes m, which may be NULL. */
static void give(Vm *vm, Flow *l, Msg *m)
{
    if (m) {
        m->units = (uint32_t)(ml_msg_bytes(m) / 16 + 1);
        if (!l->has_memory || ml_flow_admit_exempt(l, m, TOLL_LETTER)) {
            m->toll = TOLL_LETTER;
            ml_add(&l->letters, 1);
            ml_sig_send(vm, l->p->pid, m);
            return;
        }
        ml_msg_free(&vm->mem, m);
    }
    ML_LEDGER(vm, LED_LETTERS_LOST);
}

/* NULL: no memory. */
static Msg *copy(Vm *vm, const Msg *m)
{
    Copier c;
    Value v = m->v;
    if (m->packed) {
        Msg *n = ml_msg_new_packed(&vm->mem, ml_msg_values(m), ml_msg_nvalues(m));
        if (n)
            n->kind = SIG_LETTER;
        return n;
    }
    if (!ml_is_heap(v) || ml_msg_bytes(m) > COPY_MOST) {
        Msg *n = ml_msg_new(&vm->mem, SIG_LETTER);
        if (n && !ml_is_heap(v))
            n->v = v;
        return n;
    }
    ml_copy_init(&c, &vm->mem, COPY_OUT, sizeof(Msg));
    ml_copy_reserve(&c, v);
    c.left = INT64_MAX;
    bool ok = ml_copy_root(&c, &v, 0);
    ml_copy_done(&c);
    if (!ok || !c.first) {
        ml_copy_drop(&c);
        return NULL;
    }
    Msg *n = (Msg *)(void *)c.first;
    n->kind = SIG_LETTER;
    n->v = v;
    n->handles = c.handles;
    n->holds = c.holds;
    return n;
}

/* n, a lost message or a copy of it, becomes a letter. */
static void address(Vm *vm, Msg *n, Value from, Value to, const char *why)
{
    n->kind = SIG_LETTER;
    n->counted = n->on_heap = false;
    ml_msg_set_from(n, from);
    n->ref = to;
    n->name = ml_sym(vm, why);
}

static bool is_news(Vm *vm, const Msg *m)
{
    return ml_letters_are_read(vm) && m->kind == MSG_USER && !m->told && (!m->on_heap || (m->packed && !m->loose));
}

void ml_letter(Vm *vm, Value to, Msg *m, const char *why)
{
    FlowVm *fv = &vm->flow;
    if (!is_news(vm, m)) {
        ml_msg_free(&vm->mem, m);
        return;
    }
    Value from = ml_msg_from(m);
    ml_lock(&fv->listen);
    for (Flow *l = fv->listeners[FLOW_LETTERS], *next; l; l = next) {
        next = l->next_listener[FLOW_LETTERS];
        Msg *n = NULL;
        if (has_room(l)) {
            n = next ? copy(vm, m) : m;
            m = next ? m : NULL;
        }
        if (n)
            address(vm, n, from, to, why);
        give(vm, l, n);
    }
    ml_unlock(&fv->listen);
    if (m)
        ml_msg_free(&vm->mem, m);
}

void ml_alarm(Proc *p, bool high)
{
    Vm *vm = p->vm;
    FlowVm *fv = &vm->flow;
    if (!ml_load(&fv->nlisteners[FLOW_ALARMS]))
        return;
    ml_lock(&fv->listen);
    for (Flow *l = fv->listeners[FLOW_ALARMS]; l; l = l->next_listener[FLOW_ALARMS]) {
        Msg *m = has_room(l) ? ml_msg_new(&vm->mem, SIG_ALARM) : NULL;
        if (m) {
            ml_msg_set_from(m, p->pid);
            m->name = ml_sym(vm, high ? "high" : "low");
            m->v = ml_v_int(p->mbox.count);
            m->ref = ml_v_int((int64_t)p->heap->mail_bytes);
        }
        give(vm, l, m);
    }
    ml_unlock(&fv->listen);
}

/* --- receiving --- */

static void set(Heap *h, Tab *t, const char *key, Value v)
{
    ml_tab_setstr(h, t, ml_sym(h->vm, key), v);
}

static Msg *alarm_opened(Heap *h, Msg *m)
{
    Tab *t = ml_tab_new(h, 3, 2);
    ml_tab_setint(h, t, 1, ml_v_str(ml_sym(h->vm, "mailbox_alarm")));
    ml_tab_setint(h, t, 2, ml_msg_from(m));
    ml_tab_setint(h, t, 3, ml_v_str(m->name));
    set(h, t, "messages", m->v);
    set(h, t, "bytes", m->ref);
    m->v = ml_v_tab(t);
    return m;
}

/* The objects of the message become part of the heap, so another Msg stands for it. */
static Msg *letter_opened(Heap *h, Msg *m)
{
    Tab *t = ml_tab_new(h, 2, 4);
    ml_tab_setint(h, t, 1, ml_v_str(ml_sym(h->vm, "dead_letter")));
    ml_tab_setint(h, t, 2, m->ref);
    set(h, t, "message", ml_v_bool(true));      /* so that nothing is asked for below */
    set(h, t, "from", ml_msg_from(m));
    set(h, t, "why", ml_v_str(m->name));
    Msg *n = ml_msg_new(h->mem, MSG_USER);
    if (!n)
        h->oom(h, sizeof *n);
    n->toll = m->toll;
    n->units = m->units;
    n->from = m->from;
    n->seq = m->seq;
    n->v = ml_v_tab(t);
    if (m->packed) {
        set(h, t, "message", ml_msg_unpack(h, m));
        ml_msg_free(h->mem, m);
    } else {
        set(h, t, "message", m->v);
        ml_msg_adopt(h, h->mem, m);
    }
    return n;
}

Msg *ml_letter_opened(Proc *p, Msg *m)
{
    Msg *n = m->kind == SIG_LETTER ? letter_opened(p->heap, m) : alarm_opened(p->heap, m);
    n->kind = MSG_USER;
    n->on_heap = true;
    return n;
}
