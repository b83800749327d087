/*
 * ledger.c - see ledger.h.
 */
#include <stdio.h>

#include "vm/proc/ledger.h"
#include "vm/proc/vm.h"

uint64_t ml_ledger_sum(Vm *vm, unsigned entry)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < vm->nrecords; i++)
        sum += ml_load_relaxed(&vm->workers[i].ledger.n[entry]);
    return sum;
}

const char *ml_ledger_name(unsigned entry, char text[32])
{
    static const char *const ends[] = { "sent", "handled", "dropped", "purged" };
    static const char *const kinds[MSG_KINDS] = {
        [MSG_USER] = "message", [SIG_EXIT] = "exit", [SIG_EXIT2] = "exit2", [SIG_LINK] = "link",
        [SIG_UNLINK] = "unlink", [SIG_UNLINK_ACK] = "unlink_ack", [SIG_MONITOR] = "monitor",
        [SIG_DEMONITOR] = "demonitor", [SIG_DOWN] = "down", [SIG_LEADER] = "leader", [SIG_INFO] = "info",
        [SIG_TELL] = "tell", [SIG_WAKE] = "wake",
        [SIG_FULL] = "full", [SIG_LETTER] = "letter", [SIG_ALARM] = "alarm",
    };
    static const char *const others[] = {
        "procs", "ended", "mail", "read", "mail_purged", "links", "unlinked",
        "monitors", "downs", "demonitored", "monitors_purged",
        "watchers", "watchers_told", "unwatched", "names", "unnamed", "aliases", "unaliased", "late",
        "timers", "fired", "cancelled", "refused", "mail_dropped", "let_through", "letters_lost", "passed",
        "scratch", "slices", "reductions", "steals", "stolen", "sleeps", "clashes", "collections", "collected",
        "minor",
    };
    _Static_assert(sizeof others / sizeof *others == LED_COUNT - LED_PROCS, "a name for each");
    if (entry >= LED_PROCS)
        return others[entry - LED_PROCS];
    snprintf(text, 32, "%s.%s", ends[entry / MSG_KINDS], kinds[entry % MSG_KINDS]);
    return text;
}
