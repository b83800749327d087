/*
 * exit.c - the end of a process, in pieces.
 *
 * A process may have a million links, monitors and unread messages, and as
 * many things outside its heap. Its end must not keep others waiting, so it
 * goes through phases, each of which can stop after any step; in between the
 * process stands on the run queue, EXITING, and nobody finds it any more.
 *
 *     close      no name, no timer; the mailbox is closed, questions are refused
 *     mail       the messages that nobody read
 *     heap       all its memory: who hears of its end finds it given back, and the
 *                share it had taken of its realm
 *     links      EXIT to each
 *     watchers   DOWN to each
 *     monitors   DEMONITOR to those it watched
 *     in, rest   what it had taken from the inbox is answered,
 *     late       and what was left there
 *     free
 *
 * The steps of one process are counted, not timed: each is a signal sent or a
 * block freed, some tenths of a microsecond.
 */
#include <limits.h>

#include "vm/proc/inspect.h"
#include "vm/proc/realm.h"
#include "vm/proc/signal.h"
#include "vm/proc/sim.h"

typedef enum {
    END_CLOSE, END_MAIL, END_HEAP, END_LINKS, END_WATCHERS, END_MONITORS, END_IN, END_REST, END_LATE, END_FREE
} Phase;

static void close_it(Proc *p)
{
    ml_sim_note(p->vm, SIM_EXIT, p->pid, 0);
    ml_store(&p->state, PROC_EXITING);
    ml_name_end(p->vm, p);
    ml_proc_disarm(p);
    p->late = ml_mbox_close(&p->mbox);
    while (p->questions) {
        Msg *m = p->questions;
        p->questions = m->next;
        ml_info_refuse(m);
        ml_msg_free(&p->vm->mem, m);
    }
}

/* --- phases: true when there is nothing left --- */

static bool free_mail(Proc *p, int *budget)
{
    Mbox *b = &p->mbox;
    while (b->head) {
        Msg *next = b->head->next;
        if (!ml_msg_free_some(&p->vm->mem, b->head, budget))
            return false;
        b->head = next;
        ML_LEDGER(p->vm, LED_MAIL_PURGED);
    }
    b->tail = b->mark = NULL;
    b->count = b->on_heap = 0;
    return true;
}

static bool free_heap(Proc *p, int *budget)
{
    if (!ml_gc_fini_some(&p->heap, budget) || !ml_heap_fini_some(&p->heap, budget))
        return false;
    ml_proc_free_heap(p);
    return true;
}

static bool tell_links(Proc *p, int *budget)
{
    Vm *vm = p->vm;
    for (; p->links && *budget > 0; --*budget) {
        Link *l = (Link *)ml_bond_take_first(&p->links);
        if (!l->unlinking)
            ml_signal(vm, l->bond.key, SIG_EXIT, p->pid, p->reason, p->reason_hold);
        ml_mem_free(&vm->mem, l, sizeof *l);
        ML_LEDGER(vm, LED_UNLINKED);
    }
    return !p->links;
}

static bool tell_watchers(Proc *p, int *budget)
{
    Vm *vm = p->vm;
    for (; p->watchers && *budget > 0; --*budget) {
        Monitor *m = (Monitor *)ml_bond_take_first(&p->watchers);
        ml_down_send(vm, m->other, p->pid, m->bond.key, m->name, p->reason, p->reason_hold);
        ml_mem_free(&vm->mem, m, sizeof *m);
        ML_LEDGER(vm, LED_WATCHERS_TOLD);
    }
    return !p->watchers;
}

static bool drop_monitors(Proc *p, int *budget)
{
    Vm *vm = p->vm;
    for (; p->monitors && *budget > 0; --*budget) {
        Monitor *m = (Monitor *)ml_bond_take_first(&p->monitors);
        if (m->alias)
            ml_alias_remove(vm, m->bond.key);
        Msg *d = ml_is_pid(m->other) ? ml_signal_new(vm, SIG_DEMONITOR, p->pid, ml_v_nil(), NULL) : NULL;
        if (d) {
            d->ref = m->bond.key;
            ml_sig_send(vm, m->other, d);
        }
        ml_mem_free(&vm->mem, m, sizeof *m);
        ML_LEDGER(vm, LED_MONITORS_PURGED);
    }
    return !p->monitors;
}

/* m itself becomes the answer: telling the living needs no memory. */
static void answer(Vm *vm, Value self, Msg *m, MsgKind kind)
{
    Value to = m->from;
    m->kind = (uint8_t)kind;
    m->from = self;
    m->v = ml_v_str(ml_sym(vm, "noproc"));
    ml_sig_send(vm, to, m);
}

/* A message or signal for a process that is gone. False: not over. */
static bool refuse(Proc *p, Msg *m, int *budget)
{
    Vm *vm = p->vm;
    unsigned kind = m->kind;
    switch ((MsgKind)kind) {
    case SIG_LINK:    answer(vm, p->pid, m, SIG_EXIT); break;
    case SIG_UNLINK:  ml_unlink_answer(vm, p->pid, m); break;
    case SIG_MONITOR: answer(vm, p->pid, m, SIG_DOWN); break;
    case SIG_INFO:    ml_info_refuse(m); ml_msg_free(&vm->mem, m); break;
    case MSG_USER:
        ml_realm_unadmit(p, m);
        /* fall through */
    case SIG_EXIT: case SIG_EXIT2: case SIG_UNLINK_ACK: case SIG_DEMONITOR:
    case SIG_DOWN: case SIG_WAKE: case MSG_KINDS:
        if (!ml_msg_free_some(&vm->mem, m, budget))
            return false;
        break;
    }
    --*budget;
    ML_LEDGER(vm, LED_PURGED + kind);
    return true;
}

static bool refuse_all(Proc *p, Msg **list, int *budget)
{
    while (*list && *budget > 0) {
        Msg *next = (*list)->next;
        if (!refuse(p, *list, budget))
            return false;
        *list = next;
    }
    return !*list;
}

bool ml_proc_exit_some(Proc *p, int budget)
{
    bool over = true;
    for (; over; p->ending += over) {
        switch ((Phase)p->ending) {
        case END_CLOSE:    close_it(p); break;
        case END_MAIL:     over = free_mail(p, &budget); break;
        case END_HEAP:     over = free_heap(p, &budget); break;
        case END_LINKS:    over = tell_links(p, &budget); break;
        case END_WATCHERS: over = tell_watchers(p, &budget); break;
        case END_MONITORS: over = drop_monitors(p, &budget); break;
        case END_IN:       over = refuse_all(p, &p->mbox.in, &budget); break;
        case END_REST:     over = refuse_all(p, &p->mbox.rest, &budget); break;
        case END_LATE:     over = refuse_all(p, &p->late, &budget); break;
        case END_FREE:     ml_proc_free(p); return true;
        }
    }
    return false;
}

void ml_proc_exit(Proc *p)
{
    while (!ml_proc_exit_some(p, INT_MAX))
        ;
}

/* --- without a word --- */

static void free_bonds(Proc *p, Bond **root, size_t size)
{
    for (Bond *b; (b = ml_bond_take_first(root));)
        ml_mem_free(&p->vm->mem, b, size);
}

static void free_list(Proc *p, Msg **list)
{
    while (*list) {
        Msg *m = *list;
        *list = m->next;
        ml_msg_free(&p->vm->mem, m);
    }
}

void ml_proc_exit_quietly(Proc *p)
{
    free_bonds(p, &p->links, sizeof(Link));
    free_bonds(p, &p->watchers, sizeof(Monitor));
    free_bonds(p, &p->monitors, sizeof(Monitor));
    free_list(p, &p->late);
    free_list(p, &p->questions);
    ml_proc_disarm(p);
    ml_proc_free(p);
}
