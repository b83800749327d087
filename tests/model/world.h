#ifndef MODEL_WORLD_H
#define MODEL_WORLD_H

/*
 * world.h - a VM for models of the scheduler: real workers, queues, table and
 * mailboxes, and processes that are C functions instead of code. The poller is
 * made up: it can be woken, and one descriptor can become ready.
 *
 * Included by one file of each program.
 */

#include <limits.h>
#include <stdlib.h>

#include "tests/model/explore.h"
#include "vm/base/atomic.h"
#include "vm/base/clock.h"
#include "vm/proc/activity.h"
#include "vm/proc/fold.h"
#include "vm/proc/inspect.h"
#include "vm/proc/signal.h"
#include "vm/proc/state.h"
#include "vm/proc/tell.h"
#include "vm/proc/vm.h"
#include "vm/run/deadlock.h"
#include "vm/run/host.h"
#include "vm/run/interp.h"
#include "vm/run/limit.h"
#include "vm/run/park.h"
#include "vm/run/poll.h"
#include "vm/run/sched.h"
#include "vm/run/wait.h"
#include "vm/run/worker.h"

enum { WORLD_PROCS = 4 };

typedef RunEnd (*Script)(Proc *p);

static Vm      vm;
static Script  scripts[WORLD_PROCS];    /* by slot of the table */
static Proc   *procs[WORLD_PROCS];      /* until they end */
static Own     owns[WORLD_PROCS];
static Value   pids[WORLD_PROCS];
static int     got[WORLD_PROCS];        /* messages read; the process' worker */
static _Atomic(PidSlot *) chunks[PTAB_CHUNKS];
static PidSlot slots[WORLD_PROCS];
static bool    told_deadlock;
static Str     normal;

/* --- the poller --- */

struct Poll { bool woken; void *ready; void *armed; };

static struct Poll pollers[2];          /* of the workers, of the host */

static bool has_event(void *ud)
{
    struct Poll *p = ud;
    return p->woken || (p->ready && p->ready == p->armed);
}

Poll *ml_poll_new(Mem *mem) { (void)mem; return &pollers[1]; }
void  ml_poll_free(Poll *p) { (void)p; }

void ml_poll_wake(Poll *p)
{
    ex_enter(p);
    p->woken = true;
    ex_leave(p);
}

bool ml_poll_arm(Poll *p, int fd, int events, void *ud)
{
    (void)fd, (void)events;
    ex_enter(p);
    p->armed = ud;
    ex_leave(p);
    return true;
}

void ml_poll_disarm(Poll *p, int fd, void *ud)
{
    (void)fd, (void)ud;
    ex_enter(p);
    p->armed = NULL;
    ex_leave(p);
}

static void poll_is_ready(void *ud)
{
    ex_enter(&pollers[0]);
    pollers[0].ready = ud;
    ex_leave(&pollers[0]);
}

int ml_poll_wait(Poll *p, int64_t timeout, void (*ready)(void *, void *, int), void *ctx)
{
    if (timeout == 0)
        ex_enter(p);
    else
        ex_enter_when(p, has_event, p, timeout > 0);
    void *ud = p->ready == p->armed ? p->ready : NULL;
    p->woken = false;
    if (ud)
        p->ready = p->armed = NULL;
    ex_leave(p);
    if (ud)
        ready(ctx, ud, POLL_READ);
    return ud != NULL;
}

/* --- what the scheduler asks of rooms above and below, in these stories --- */

uint64_t ml_clock_us(void) { return 1000; }
void ml_deadlock_tell(Vm *v) { (void)v; told_deadlock = true; }
void ml_proc_disarm(Proc *p) { (void)p; }
bool ml_proc_is_timed(Proc *p) { (void)p; return false; }
size_t ml_heap_used(const Heap *h) { (void)h; return 0; }
bool ml_str_equal(const Str *a, const Str *b) { return a == b; }
Proc *ml_proc_find(Vm *v, Value pid) { return ml_ptab_find(&v->ptab, pid); }

void ml_msg_free(Mem *mem, Msg *m)
{
    if (m->holds) {
        ml_shared_unref(m->holds->sh);
        ml_mem_free(mem, m->holds, sizeof *m->holds);
    }
    ml_mem_free(mem, m, sizeof *m);
}

RunEnd ml_interp(Proc *p)
{
    p->reds -= 100;
    return scripts[ml_pid_index(p->pid)](p);
}

bool ml_proc_signals_some(Proc *p)
{
    ml_mbox_fetch(&p->mbox, 100);
    for (Msg *m; (m = p->mbox.in);) {
        p->mbox.in = m->next;
        if (m->kind == SIG_TELL) {      /* as arrives() in signal.c */
            p->own->waited |= p->does >= DOES_WAIT ? WAITED_ASKED : 0;
            ml_tell_arrives(p, m);
            continue;
        }
        p->own->waited &= (uint8_t)~WAITED_ASKED;
        p->does = p->does >= DOES_WAIT ? DOES_READY : p->does;
        got[ml_pid_index(p->pid)]++;
        ml_msg_free(&vm.mem, m);
    }
    return true;
}

/* In two slices, as a long end is. */
bool ml_proc_exit_some(Proc *p, int budget)
{
    if (p->own->ending++ == 0) {
        ml_store(&p->state, PROC_EXITING);
        p->own->late = ml_mbox_close(&p->mbox);
        if (budget < INT_MAX)
            return false;
    }
    for (Msg *m; (m = p->own->late);) {
        p->own->late = m->next;
        if (m->kind == SIG_TELL)
            ml_tell_refuse(&vm, m);
        else
            ml_msg_free(&vm.mem, m);
    }
    ml_ptab_remove(ml_here(&vm), p);
    return true;
}

/* Folded: it has nothing of its own. */
void ml_proc_fold(Proc *p) { p->own = NULL; }

bool ml_proc_unfold(Proc *p)
{
    p->own = &owns[ml_pid_index(p->pid)];
    return true;
}

void ml_proc_unfold_to_end(Proc *p) { ml_proc_unfold(p); }
bool ml_proc_is_in_reserve(const Proc *p) { return (void)p, false; }

/* --- the VM --- */

static void world_begin(unsigned workers)
{
    vm = (Vm){ .wake = ml_sched_wake, .sym_normal = ml_v_str(&normal) };
    ml_mem_init(&vm.mem, ex_mem, NULL, 0);
    ex_quiet(&vm.mem, sizeof vm.mem);
    ml_idle_init(&vm.idle);
    ml_lock_init(&vm.outside_lock);
    ml_lock_init(&vm.ptab.lock);
    ml_store(&vm.ptab.epoch, 1);
    vm.ptab.chunk = chunks;
    ml_store(&chunks[0], slots);
    ml_store(&vm.ptab.used, WORLD_PROCS);
    vm.poll = &pollers[0];
    EX_CHECK(ml_workers_init(&vm, workers, 1));
    ex_calm(&vm.ptab.epoch, sizeof vm.ptab.epoch);      /* m09_ptab.c */
    ex_calm(&vm.ptab.orphans, sizeof vm.ptab.orphans);
    ex_calm(&vm.flushed_us, sizeof vm.flushed_us);
    for (unsigned i = 0; i < vm.nrecords; i++) {
        ex_calm(&vm.workers[i].seen, sizeof vm.workers[i].seen);
        ex_quiet(&vm.workers[i].ledger, sizeof vm.workers[i].ledger);
    }
    pollers[0] = pollers[1] = (struct Poll){ .woken = false };
    told_deadlock = false;
    for (int i = 0; i < WORLD_PROCS; i++) {
        slots[i] = (PidSlot){ .gen = 1 };
        vm.guest->slots[i] = (uint32_t)(WORLD_PROCS - 1 - i);
        got[i] = 0;
    }
    vm.guest->nslots = WORLD_PROCS;
}

/* All rest, or no thread has started. The first is main. */
static Proc *world_spawn(int i, Script script, uint8_t state)
{
    Proc *p = ml_mem_zalloc(&vm.mem, sizeof *p);
    owns[i] = (Own){ .ending = 0 };
    p->own = &owns[i];
    p->vm = &vm;
    ml_mbox_init(&p->mbox);
    p->priority = PRIO_NORMAL;
    p->is_main = i == 0;
    p->own->reason = vm.sym_normal;
    ml_store(&p->state, state);
    EX_CHECK(ml_ptab_add(vm.guest, p));
    EX_CHECK(ml_pid_index(p->pid) == (uint32_t)i);
    procs[i] = p;
    pids[i] = p->pid;
    scripts[i] = script;
    if (i == 0)
        ml_store(&vm.main, p);
    if (state == PROC_READY)
        ml_sched_ready(&vm, p);
    return p;
}

/* As ml_sig_send: to a pid, which may be gone. */
static void world_send(Value pid)
{
    Proc *p = ml_proc_find(&vm, pid);
    Msg *m = ml_mem_zalloc(&vm.mem, sizeof *m);
    if (!p)
        ml_msg_free(&vm.mem, m);
    else if (ml_mbox_push(&p->mbox, &vm.mem, m) != MBOX_CLOSED)
        ml_sched_wake(&vm, p);
}

static void world_wait_for_end(void)
{
    while (!ml_host_is_done(&vm))
        ml_host_sleep(&vm, -1);
}

static void world_end(void)
{
    ml_workers_stop(&vm);
    for (uint32_t i = 0; i < WORLD_PROCS; i++) {
        Value pid = ml_ptab_pid(&vm.ptab, i);
        Proc *p = ml_is_nil(pid) ? NULL : ml_proc_find(&vm, pid);
        if (p && ml_proc_unfold(p))
            ml_proc_exit_some(p, INT_MAX);
    }
    for (unsigned i = 0; i < vm.nrecords; i++)
        ml_ptab_rest(&vm.workers[i]);
    ml_ptab_reclaim(vm.guest);
    EX_CHECK(!ml_load(&vm.ptab.orphans));
    ml_workers_fini(&vm);
    ml_lock_fini(&vm.ptab.lock);
    ml_lock_fini(&vm.outside_lock);
    ml_idle_fini(&vm.idle);
}

#endif
