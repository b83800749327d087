#ifndef ML_LEDGER_H
#define ML_LEDGER_H

#include "vm/base/atomic.h"
#include "vm/proc/msg.h"

/*
 * ledger.h - what was ever made and how it ended, counted outside of the heaps
 * by the worker that does it. When nothing is on its way,
 *
 *     sent      == handled + dropped + purged           for each kind of signal
 *     mail      == read + mail_purged + mail_dropped + what waits in mailboxes
 *     handled.message: into a mailbox, or `late`
 *     procs     == ended + those alive
 *     links     == unlinked + what processes know, and so on
 *
 * Only the worker that owns a ledger writes it, so that counting costs no more
 * than an addition; others may read.
 */
typedef enum {
    LED_SENT,                                   /* + MsgKind: to a pid */
    LED_HANDLED = LED_SENT + MSG_KINDS,         /* by the receiver */
    LED_DROPPED = LED_HANDLED + MSG_KINDS,      /* the receiver was gone */
    LED_PURGED = LED_DROPPED + MSG_KINDS,       /* in the inbox of one that ended */
    LED_PROCS = LED_PURGED + MSG_KINDS, LED_ENDED,
    LED_MAIL, LED_READ, LED_MAIL_PURGED,        /* messages in mailboxes, EXIT and DOWN too */
    LED_LINKS, LED_UNLINKED,                    /* each side has one */
    LED_MONITORS, LED_DOWNS, LED_DEMONITORED, LED_MONITORS_PURGED,
    LED_WATCHERS, LED_WATCHERS_TOLD, LED_UNWATCHED,
    LED_NAMES, LED_UNNAMED,
    LED_ALIASES, LED_UNALIASED,
    LED_LATE,                                   /* dropped: sent to an alias, which was none any more */
    LED_TIMERS, LED_FIRED, LED_CANCELLED,       /* send_after */
    LED_REFUSED,                                /* messages that a bounded mailbox did not take: never sent */
    LED_MAIL_DROPPED,                           /* and those it took and dropped later */
    LED_LET_THROUGH,                            /* into a full one, by the chain rule: chain.c */
    LED_LETTERS_LOST,                           /* letters and alarms that were too many */
    LED_PASSED,                                 /* messages of long mailboxes that a receive looked at in vain */
    /* work: what it took */
    LED_SCRATCH,                                /* processes that stand for a host while it sends, or the library */
    LED_SLICES, LED_REDUCTIONS,
    LED_STEALS, LED_STOLEN,                     /* how often, and processes */
    LED_SLEEPS,
    LED_CLASHES,                                /* a message had to be pushed once more: another came between */
    LED_COLLECTIONS, LED_COLLECTED,             /* bytes that were garbage */
    LED_MINOR,                                  /* collections of what is young only */
    LED_COUNT
} LedgerEntry;

typedef struct Ledger { _Atomic(uint64_t) n[LED_COUNT]; } Ledger;

static inline void ml_ledger_add_n(Ledger *l, unsigned entry, uint64_t n)
{
    ml_store_relaxed(&l->n[entry], ml_load_relaxed(&l->n[entry]) + n);
}

static inline void ml_ledger_add(Ledger *l, unsigned entry)
{
    ml_ledger_add_n(l, entry, 1);
}

/* Needs vm.h. */
#define ML_LEDGER(vm, entry) ml_ledger_add(&ml_here(vm)->ledger, (unsigned)(entry))
#define ML_LEDGER_N(vm, entry, n) ml_ledger_add_n(&ml_here(vm)->ledger, (unsigned)(entry), (n))

/* The sum of all workers. */
uint64_t    ml_ledger_sum(Vm *vm, unsigned entry);
/* Its name: "sent.link", "procs". */
const char *ml_ledger_name(unsigned entry, char text[32]);

#endif
