/*
 * exit.c - the end of a process, in pieces.
 *
 * A process may have a million links, monitors and unread messages, and as
 * many things outside its heap. Its end must not keep others waiting, so it
 * goes through phases, each of which can stop after any step; in between the
 * process stands on the run queue, EXITING, and nobody finds it any more.
 *
 *     close      no name, no timer; the mailbox is closed, questions are refused
 *     flow       who waits for room in its mailbox goes on; what it waits to send is lost
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
 * block freed, some tenths of a microsecond. None needs memory: what is told was
 * made with the link or monitor (msg.h).
 */
#include <limits.h>

#include "vm/proc/flow.h"
#include "vm/proc/inspect.h"
#include "vm/proc/realm.h"
#include "vm/proc/signal.h"
#include "vm/proc/sim.h"
#include "vm/proc/tell.h"
#include "vm/proc/trace.h"

typedef enum {
    END_CLOSE, END_FLOW, END_MAIL, END_HEAP, END_LINKS, END_WATCHERS, END_MONITORS, END_IN, END_REST, END_LATE, END_FREE
} Phase;

static void close_it(Proc *p)
{
    ml_trace_exit(p);
    ml_store(&p->state, PROC_EXITING);
    ml_name_end(p->vm, p);
    ml_proc_disarm(p);
    p->own->late = ml_mbox_close(&p->mbox);
    while (p->own->questions) {
        Msg *m = p->own->questions;
        p->own->questions = m->next;
        ml_info_refuse(m);
        ml_msg_free(&p->vm->mem, m);
    }
}

/* --- phases: true when there is nothing left --- */

/* A message that nobody will read. */
static bool lose(Proc *p, Msg *m, const char *why, int *budget)
{
    if (!ml_letters_are_read(p->vm) || m->kind != MSG_USER)
        return ml_msg_free_some(&p->vm->mem, m, budget);
    if (*budget <= 0)
        return false;
    --*budget;
    ml_letter(p->vm, p->pid, m, why);
    return true;
}

static bool free_mail(Proc *p, int *budget)
{
    Mbox *b = &p->mbox;
    ml_mbox_drop_tags(b);
    while (b->head) {
        Msg *next = b->head->next;
        uint64_t number = b->head->ref.u;
        if (!lose(p, b->head, "unread", budget))
            return false;
        b->head = next;
        ml_trace_drop(p->vm, p->pid, number, "not read");
        ML_LEDGER(p->vm, LED_MAIL_PURGED);
    }
    b->tail = b->mark = NULL;
    b->count = b->on_heap = 0;
    return true;
}

static bool free_heap(Proc *p, int *budget)
{
    if (!ml_gc_fini_some(p->heap, budget) || !ml_heap_fini_some(p->heap, budget))
        return false;
    ml_proc_free_heap(p);
    return true;
}

/* The reason of its end, in what it has kept for that. */
static void tell(Proc *p, Value to, Msg *m, MsgKind kind)
{
    m->kind = (uint8_t)kind;
    ml_msg_set_from(m, p->pid);
    ml_msg_reason(&p->vm->mem, m, p->own->reason, p->own->reason_hold);
    ml_sig_send(p->vm, to, m);
}

static bool tell_links(Proc *p, int *budget)
{
    Vm *vm = p->vm;
    for (; p->own->links && *budget > 0; --*budget) {
        Msg *l = ml_msg_of(ml_bond_take_first(&p->own->links));
        if (l->seq)             /* unlinked */
            ml_msg_free(&vm->mem, l);
        else
            tell(p, l->bond.key, l, SIG_EXIT);
        ML_LEDGER(vm, LED_UNLINKED);
    }
    return !p->own->links;
}

static bool tell_watchers(Proc *p, int *budget)
{
    for (; p->own->watchers && *budget > 0; --*budget) {
        Msg *m = ml_msg_of(ml_bond_take_first(&p->own->watchers));
        tell(p, ml_msg_from(m), m, SIG_DOWN);
        ML_LEDGER(p->vm, LED_WATCHERS_TOLD);
    }
    return !p->own->watchers;
}

static bool drop_monitors(Proc *p, int *budget)
{
    Vm *vm = p->vm;
    for (; p->own->monitors && *budget > 0; --*budget) {
        Msg *m = ml_msg_of(ml_bond_take_first(&p->own->monitors));
        if (m->alias)
            ml_alias_remove(vm, m->ref);
        if (m->watching) {
            ML_LEDGER(vm, LED_MONITORS_PURGED);
            ml_demonitor_send(p, m);
        } else {
            ml_msg_free(&vm->mem, m);
        }
    }
    return !p->own->monitors;
}

/* A message or signal for a process that is gone. False: not over. */
static bool refuse(Proc *p, Msg *m, int *budget)
{
    Vm *vm = p->vm;
    unsigned kind = m->kind;
    uint64_t number = m->seq;
    switch ((MsgKind)kind) {
    case SIG_LINK:
    case SIG_UNLINK:
    case SIG_MONITOR: ml_sig_answer(vm, p->pid, m); break;
    case SIG_INFO:    ml_info_refuse(m); ml_msg_free(&vm->mem, m); break;
    case SIG_TELL:    ml_tell_refuse(vm, m); break;
    case MSG_USER:
        ml_realm_unadmit(p, m);
        /* fall through */
    case SIG_EXIT: case SIG_EXIT2: case SIG_UNLINK_ACK: case SIG_DEMONITOR: case SIG_LEADER:
    case SIG_DOWN: case SIG_WAKE: case SIG_FULL: case SIG_LETTER: case SIG_ALARM: case MSG_KINDS:
        if (!lose(p, m, "noproc", budget))
            return false;
        break;
    }
    --*budget;
    ML_LEDGER(vm, LED_PURGED + kind);
    ml_trace_drop(vm, p->pid, number, "not read");
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

/* Nobody hears of it, nor waits for an answer. */
static bool is_alone(const Proc *p)
{
    const Own *o = p->own;
    return !o->links && !o->watchers && !o->monitors && !p->mbox.in && !p->mbox.rest && !o->late;
}

bool ml_proc_exit_some(Proc *p, int budget)
{
    bool over = true;
    for (; over; p->own->ending += over) {
        if (p->own->ending == END_LINKS && is_alone(p))
            p->own->ending = END_FREE;
        switch ((Phase)p->own->ending) {
        case END_CLOSE:    close_it(p); break;
        case END_FLOW:     over = ml_flow_end_some(p, &budget, true); break;
        case END_MAIL:     over = free_mail(p, &budget); break;
        case END_HEAP:     over = free_heap(p, &budget); break;
        case END_LINKS:    over = tell_links(p, &budget); break;
        case END_WATCHERS: over = tell_watchers(p, &budget); break;
        case END_MONITORS: over = drop_monitors(p, &budget); break;
        case END_IN:       over = refuse_all(p, &p->mbox.in, &budget); break;
        case END_REST:     over = refuse_all(p, &p->mbox.rest, &budget); break;
        case END_LATE:     over = refuse_all(p, &p->own->late, &budget); break;
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

static void free_bonds(Proc *p, Bond **root)
{
    for (Bond *b; (b = ml_bond_take_first(root));)
        ml_msg_free(&p->vm->mem, ml_msg_of(b));
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
    free_bonds(p, &p->own->links);
    free_bonds(p, &p->own->watchers);
    free_bonds(p, &p->own->monitors);
    free_list(p, &p->own->late);
    free_list(p, &p->own->questions);
    ml_proc_disarm(p);
    ml_proc_free(p);
}
