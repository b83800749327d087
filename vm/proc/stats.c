/*
 * stats.c - what a VM does, in numbers.
 *
 * All numbers are sums of what the workers count for themselves (ledger.h), or
 * lie ready: so asking costs some hundred loads for each worker, whatever the
 * VM holds, and stops nobody. Hence they are of moments that differ a little;
 * what is a difference of two sums is never shown below 0.
 */
#include "vm/proc/ledger.h"
#include "vm/proc/stats.h"

static uint64_t less(uint64_t a, uint64_t b) { return a > b ? a - b : 0; }
static uint64_t sum(Vm *vm, unsigned entry) { return ml_ledger_sum(vm, entry); }

static uint64_t alive(Vm *vm)
{
    uint64_t ended = sum(vm, LED_ENDED);        /* first: who ended, was born before */
    return less(sum(vm, LED_PROCS), ended);
}

/* A slot is used for the first time when no other is free: exact for one
 * worker, and by what each keeps for itself too high for several. */
static uint64_t peak(Vm *vm)        { return ml_load(&vm->ptab.used); }
static uint64_t spawned(Vm *vm)     { return less(sum(vm, LED_PROCS), sum(vm, LED_SCRATCH)); }
static uint64_t ended(Vm *vm)       { return less(sum(vm, LED_ENDED), sum(vm, LED_SCRATCH)); }

static uint64_t sent(Vm *vm)        { return sum(vm, LED_SENT + MSG_USER); }
static uint64_t received(Vm *vm)    { return sum(vm, LED_READ); }
static uint64_t dropped(Vm *vm)     { return sum(vm, LED_DROPPED + MSG_USER); }
static uint64_t unread(Vm *vm)      { return sum(vm, LED_MAIL_PURGED) + sum(vm, LED_PURGED + MSG_USER); }
static uint64_t refused(Vm *vm)     { return sum(vm, LED_REFUSED); }
static uint64_t evicted(Vm *vm)     { return sum(vm, LED_MAIL_DROPPED); }

/* In mailboxes, and in the inboxes before them. */
static uint64_t waiting(Vm *vm)
{
    uint64_t out = received(vm) + sum(vm, LED_MAIL_PURGED) + evicted(vm);
    uint64_t in = less(sum(vm, LED_MAIL), out);
    uint64_t gone = sum(vm, LED_HANDLED + MSG_USER) + dropped(vm) + sum(vm, LED_PURGED + MSG_USER);
    return in + less(sent(vm), gone);
}

static uint64_t timers_set(Vm *vm)       { return sum(vm, LED_TIMERS); }
static uint64_t timers_fired(Vm *vm)     { return sum(vm, LED_FIRED); }
static uint64_t timers_cancelled(Vm *vm) { return sum(vm, LED_CANCELLED); }

static uint64_t timers_waiting(Vm *vm)
{
    uint64_t over = timers_fired(vm) + timers_cancelled(vm);
    return less(timers_set(vm), over);
}

static uint64_t collections(Vm *vm) { return sum(vm, LED_COLLECTIONS); }
static uint64_t collected(Vm *vm)   { return sum(vm, LED_COLLECTED); }
static uint64_t minor(Vm *vm)       { return sum(vm, LED_MINOR); }
static uint64_t used(Vm *vm)        { return ml_mem_used(&vm->mem); }
static uint64_t used_peak(Vm *vm)   { return ml_load(&vm->mem.peak); }
static uint64_t limit(Vm *vm)       { return vm->mem.limit; }
static uint64_t uptime(Vm *vm)      { return ml_now_us(vm) / 1000; }
static uint64_t waits(Lock *l) { return ml_load_relaxed(&l->waits); }

static uint64_t queue_waits(Vm *vm)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < vm->nrecords; i++)
        n += waits(&vm->workers[i].q.lock);
    return n;
}

static uint64_t timer_waits(Vm *vm)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < vm->nrecords; i++)
        n += waits(&vm->workers[i].timers.lock);
    return n;
}

static uint64_t memory_waits(Vm *vm) { return ml_mem_waits(&vm->mem); }
static uint64_t table_waits(Vm *vm)  { return waits(&vm->ptab.lock); }
static uint64_t sleep_waits(Vm *vm)  { return waits(&vm->idle.lock); }
static uint64_t inbox_clashes(Vm *vm) { return sum(vm, LED_CLASHES); }

static uint64_t workers(Vm *vm)     { return vm->nworkers; }
static uint64_t sleeping(Vm *vm)    { return ml_load(&vm->idle.count); }

const Stat ml_stats[] = {
    { "processes", "alive", "processes", "Processes that are alive.", false, alive },
    { "processes", "peak", "processes_peak", "The most processes that were alive at once.", false, peak },
    { "processes", "spawned", "processes_spawned", "Processes that were started.", true, spawned },
    { "processes", "ended", "processes_ended", "Processes that have ended.", true, ended },
    { "messages", "sent", "messages_sent", "Messages that were sent.", true, sent },
    { "messages", "received", "messages_received", "Messages that were taken from mailboxes, EXIT and DOWN too.", true, received },
    { "messages", "dropped", "messages_dropped", "Messages to processes that were gone.", true, dropped },
    { "messages", "unread", "messages_unread", "Messages that nobody had read when their process ended.", true, unread },
    { "messages", "refused", "messages_refused", "Messages that a bounded mailbox did not take.", true, refused },
    { "messages", "evicted", "messages_evicted", "Messages that a bounded mailbox dropped later.", true, evicted },
    { "messages", "waiting", "messages_waiting", "Messages that wait in mailboxes.", false, waiting },
    { "timers", "set", "timers_set", "Messages that send_after was asked to send.", true, timers_set },
    { "timers", "fired", "timers_fired", "Of those: sent.", true, timers_fired },
    { "timers", "cancelled", "timers_cancelled", "Of those: cancelled.", true, timers_cancelled },
    { "timers", "waiting", "timers_waiting", "Of those: still to be sent.", false, timers_waiting },
    { "collections", "count", "collections", "Collections of garbage.", true, collections },
    { "collections", "minor", "minor_collections", "Of those: of what is young in a large heap.", true, minor },
    { "collections", "bytes", "collected_bytes", "Bytes of garbage that they found.", true, collected },
    { "memory", "used", "memory_bytes", "Bytes that are allocated.", false, used },
    { "memory", "peak", "memory_peak_bytes", "The most bytes that were allocated at once.", false, used_peak },
    { "memory", "limit", "memory_limit_bytes", "The most bytes that may be allocated; 0: no limit.", false, limit },
    { "contention", "inboxes", "inbox_clashes", "Messages that had to be pushed once more, for another came between.", true, inbox_clashes },
    { "contention", "run_queues", "run_queue_lock_waits", "Times that a thread waited for the lock of a run queue.", true, queue_waits },
    { "contention", "timers", "timer_lock_waits", "Times that a thread waited for the lock of a worker's timers.", true, timer_waits },
    { "contention", "memory", "memory_lock_waits", "Times that a thread waited for a lock of the allocator.", true, memory_waits },
    { "contention", "processes", "process_table_lock_waits", "Times that a thread waited for the lock of the process table.", true, table_waits },
    { "contention", "sleep", "sleep_lock_waits", "Times that a thread waited for the lock of those that sleep.", true, sleep_waits },
    { "vm", "uptime", "uptime_milliseconds", "Milliseconds since the VM started.", false, uptime },
    { "vm", "workers", "workers", "Threads that run processes.", false, workers },
    { "vm", "sleeping", "workers_sleeping", "Of those: asleep.", false, sleeping },
    { NULL, NULL, NULL, NULL, false, NULL }
};

static uint64_t own(Worker *w, unsigned entry) { return ml_load_relaxed(&w->ledger.n[entry]); }

static uint64_t run_queue(Worker *w)  { return ml_load(&w->q.len) + ml_load_relaxed(&w->q.nkept); }
static uint64_t reductions(Worker *w) { return own(w, LED_REDUCTIONS); }
static uint64_t slices(Worker *w)     { return own(w, LED_SLICES); }
static uint64_t steals(Worker *w)     { return own(w, LED_STEALS); }
static uint64_t stolen(Worker *w)     { return own(w, LED_STOLEN); }
static uint64_t sleeps(Worker *w)     { return own(w, LED_SLEEPS); }

const WorkerStat ml_worker_stats[] = {
    { "run_queue", "run_queue_length", "Processes that are ready to run.", false, run_queue },
    { "reductions", "reductions", "Reductions that were used.", true, reductions },
    { "slices", "slices", "Slices that were run.", true, slices },
    { "steals", "steals", "Times that work was taken from another worker.", true, steals },
    { "stolen", "stolen_processes", "Processes that were taken.", true, stolen },
    { "sleeps", "sleeps", "Times that there was nothing to do.", true, sleeps },
    { NULL, NULL, NULL, false, NULL }
};

const char *ml_stats_signal(unsigned kind, Vm *vm, uint64_t *n)
{
    static const char *const kinds[MSG_KINDS] = {
        [SIG_EXIT] = "exit", [SIG_EXIT2] = "exit_by_hand", [SIG_LINK] = "link", [SIG_UNLINK] = "unlink",
        [SIG_MONITOR] = "monitor", [SIG_DEMONITOR] = "demonitor", [SIG_DOWN] = "down", [SIG_INFO] = "info",
    };
    *n = sum(vm, LED_SENT + kind);
    return kinds[kind];
}

/* --- Prometheus --- */

static void head(Buf *out, const char *metric, const char *help, bool counter)
{
    const char *total = counter ? "_total" : "";
    ml_buf_printf(out, "# HELP moonlet_%s%s %s\n# TYPE moonlet_%s%s %s\n", metric, total, help, metric, total,
                  counter ? "counter" : "gauge");
}

static void put_worker_stat(Vm *vm, const WorkerStat *s, Buf *out)
{
    head(out, s->metric, s->help, s->counter);
    for (unsigned i = 0; i < vm->nworkers; i++)
        ml_buf_printf(out, "moonlet_%s%s{worker=\"%u\"} %llu\n", s->metric, s->counter ? "_total" : "", i,
                      (unsigned long long)s->get(&vm->workers[i]));
}

static void put_signals(Vm *vm, Buf *out)
{
    uint64_t n;
    head(out, "signals_sent", "Signals that were sent.", true);
    for (unsigned kind = 0; kind < MSG_KINDS; kind++) {
        const char *name = ml_stats_signal(kind, vm, &n);
        if (name)
            ml_buf_printf(out, "moonlet_signals_sent_total{kind=\"%s\"} %llu\n", name, (unsigned long long)n);
    }
}

void ml_stats_prometheus(Vm *vm, Buf *out)
{
    for (const Stat *s = ml_stats; s->name; s++) {
        head(out, s->metric, s->help, s->counter);
        ml_buf_printf(out, "moonlet_%s%s %llu\n", s->metric, s->counter ? "_total" : "", (unsigned long long)s->get(vm));
    }
    put_signals(vm, out);
    for (const WorkerStat *s = ml_worker_stats; s->name; s++)
        put_worker_stat(vm, s, out);
}
