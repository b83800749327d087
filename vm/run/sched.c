/*
 * sched.c - who runs next: run queues, slices, timers, the poller.
 *
 * The worker takes the first ready process, highest priority first (but one
 * slice in eight goes to low priority when somebody waits there), and lets it
 * run for a slice of reductions. Between slices it looks at what other
 * threads left outside; at timers and descriptors it looks after a
 * millisecond's worth of reductions at the latest. With nothing ready it
 * flushes the output and sleeps in the poller until the next timer, a
 * descriptor, or a wake-up from another thread: an idle VM uses no CPU.
 */
#include <setjmp.h>

#include "vm/base/check.h"
#include "vm/proc/signal.h"
#include "vm/proc/sim.h"
#include "vm/run/deadlock.h"
#include "vm/run/host.h"
#include "vm/run/interp.h"
#include "vm/run/limit.h"
#include "vm/run/poll.h"
#include "vm/run/sched.h"
#include "vm/run/stretch.h"
#include "vm/run/wait.h"

enum { SLICE = 4000, LOOK_EVERY = 20000,
       REAP = 1 << 19 };        /* bytes of freed pages that go back to the system between two slices */

static void enqueue(Vm *vm, Proc *p)
{
    RunQ *q = &vm->runq[p->priority];
    p->next = NULL;
    if (q->tail)
        q->tail->next = p;
    else
        q->head = p;
    q->tail = p;
    vm->nready++;
    vm->nready_background += p->background;
}

static Proc *dequeue(Vm *vm, unsigned prio)
{
    RunQ *q = &vm->runq[prio];
    if (vm->sim)
        ml_sim_pick(vm->sim, &q->head, &q->tail);
    Proc *p = q->head;
    if (!p)
        return NULL;
    ML_ASSERT(p->state == PROC_READY);
    q->head = p->next;
    if (!q->head)
        q->tail = NULL;
    vm->nready--;
    vm->nready_background -= p->background;
    return p;
}

static Proc *next_ready(Vm *vm)
{
    Proc *p;
    if (vm->runq[PRIO_LOW].head && ++vm->low_turn >= 8) {
        vm->low_turn = 0;
        return dequeue(vm, PRIO_LOW);
    }
    if ((p = dequeue(vm, PRIO_HIGH)) || (p = dequeue(vm, PRIO_NORMAL)))
        return p;
    return dequeue(vm, PRIO_LOW);
}

void ml_sched_ready(Vm *vm, Proc *p)
{
    ML_ASSERT(p->state != PROC_EXITING);
    p->state = PROC_READY;
    enqueue(vm, p);
}

void ml_sched_wake(Vm *vm, Proc *p)
{
    if (p->state != PROC_WAITING)
        return;
    if (p->on_message) {
        ml_sched_ready(vm, p);
        return;
    }
    if (p->wait == WAIT_IO || p->wait == WAIT_JOB)
        ml_wait_cancel(p);
    ml_sched_ready(vm, p);
}

void ml_sched_drop(Vm *vm, Proc *p)
{
    RunQ *q = &vm->runq[p->priority];
    Proc **at = &q->head, *last = NULL;
    while (*at != p) {
        last = *at;
        at = &(*at)->next;
    }
    *at = p->next;
    if (q->tail == p)
        q->tail = last;
    vm->nready--;
    vm->nready_background -= p->background;
}

/* --- one slice --- */

static RunEnd run_in(Vm *vm, Proc *p)
{
    jmp_buf out;
    vm->oom_jump = &out;
    if (setjmp(out)) {                  /* no memory, see heap.h */
        ml_limit_reached(p);
        return RUN_EXIT;
    }
    if (ml_mbox_has_new(&p->mbox) && !ml_proc_signals(p))
        return RUN_EXIT;
    if (p->pending && (p->interrupted || p->raise)) {
        Pending *it = p->pending;
        p->pending = NULL;
        it->drop(p, it, true);
    }
    if (ml_heap_is_over(&p->heap))
        ml_gc_request(&p->heap);
    if (!p->pending && ml_proc_has_housework(p)) {
        bool over;
        STRETCH_APART(vm, "housekeeping", over = ml_proc_housekeep(p));
        if (!over)
            return RUN_YIELD;
        /* a built-in that looks at the slice before it works must get on */
        if (p->reds < 1)
            p->reds = 1;
    }
    if (p->interrupted) {
        p->err = ml_v_str(ml_sym(vm, "interrupted!"));
        p->raise = true;
    }
    return ml_interp(p);
}

static bool ends_well(Vm *vm, Value reason)
{
    return reason.tag == TAG_STR &&
           (ml_str_equal(reason.s, vm->sym_normal.s) || ml_str_equal(reason.s, ml_sym(vm, "shutdown")));
}

static void end_process(Vm *vm, Proc *p)
{
    if (p->is_main) {
        vm->main = NULL;
        vm->main_failed = p->failed || !ends_well(vm, p->reason);
    }
    if (p->quits) {
        vm->exited = true;
        vm->exit_code = p->quit_code;
    }
    ml_wait_cancel(p);
    ml_proc_exit(p);
}

static int64_t slice_for(Vm *vm)
{
    int most = vm->stress_slice ? vm->stress_slice : SLICE;
    if (vm->sim)
        return ml_sim_slice(vm->sim, most);
    return vm->stress_slice ? 1 + (int64_t)(ml_rand_next(&vm->rand) % (uint64_t)most) : most;
}

static void run_slice(Vm *vm, Proc *p)
{
    int64_t slice = slice_for(vm);
    ml_sim_note(vm, SIM_SLICE, p->pid, (uint64_t)slice);
    vm->running = p;
    p->state = PROC_RUNNING;
    p->reds = slice;
    p->wait = WAIT_NONE;
    if (p->on_message) {
        ml_host_run(p);
        vm->running = NULL;
        return;
    }
    RunEnd end = run_in(vm, p);
    if (p->state == PROC_EXITING)       /* a signal that a native took in */
        end = RUN_EXIT;
    vm->oom_jump = NULL;
    vm->running = NULL;
    int64_t used = slice - p->reds;
    p->total_reds += (uint64_t)used;
    vm->since_look += used + 100;
    if (vm->sim)
        ml_sim_ran(vm->sim, used);
    vm->slices++;
    switch (end) {
    case RUN_YIELD:
        ml_sched_ready(vm, p);
        break;
    case RUN_WAIT:
        p->state = PROC_WAITING;
        if (ml_mbox_has_new(&p->mbox))
            ml_sched_wake(vm, p);
        break;
    case RUN_EXIT:
        STRETCH_APART(vm, "end of a process", end_process(vm, p));
        break;
    }
}

/* --- the outside --- */

void ml_outside(Vm *vm, Outside *o)
{
    Outside *old = ml_load(&vm->outside);
    do
        o->next = old;
    while (!ml_cas(&vm->outside, &old, o));
    ml_poll_wake(vm->poll);
}

static void take_outside(Vm *vm)
{
    Outside *o = ml_swap(&vm->outside, NULL), *in_order = NULL;
    while (o) {
        Outside *next = o->next;
        o->next = in_order;
        in_order = o;
        o = next;
    }
    while (in_order) {
        Outside *next = in_order->next;
        in_order->fn(vm, in_order);
        in_order = next;
    }
}

static void run_timers(Vm *vm)
{
    enum { BATCH = 1000 };
    if (vm->wheel.count == 0)
        return;
    while (ml_wheel_run(&vm->wheel, ml_now_us(vm), BATCH, vm) == BATCH)
        ;
}

static void poll(Vm *vm, int64_t timeout)
{
    ml_poll_wait(vm->poll, timeout, ml_wait_ready, vm);
}

/* Nothing is ready. */
static void rest(Vm *vm, int64_t timeout)
{
    if (vm->sim)
        timeout = ml_sim_idle(vm->sim, timeout, vm->nio > 0);
    poll(vm, timeout);
    if (vm->sim)
        ml_sim_waited(vm->sim);
}

static void flush(Vm *vm)
{
    if (vm->stdio)
        vm->stdio_flush(vm, false);
}

/* What was printed shows after a hundredth of a second even while others keep
 * the worker busy. */
static void flush_now_and_then(Vm *vm)
{
    uint64_t now = ml_now_us(vm);
    if (now - vm->flushed_us < 10000)
        return;
    vm->flushed_us = now;
    flush(vm);
}

int64_t ml_sched_timeout_us(Vm *vm)
{
    if (vm->nready || ml_load(&vm->outside))
        return 0;
    uint64_t next = ml_wheel_next(&vm->wheel);
    if (next == UINT64_MAX)
        return -1;
    uint64_t now = ml_now_us(vm);
    return next <= now ? 0 : (int64_t)(next - now);
}

bool ml_sched_jump(Vm *vm)
{
    int64_t us = ml_sched_timeout_us(vm);
    if (!vm->sim || us <= 0 || vm->nio)
        return false;
    ml_sim_idle(vm->sim, us, false);
    return true;
}

/* Nothing can happen any more. What background processes do counts only as
 * long as main is there, which they might send to. */
bool ml_sched_quiet(Vm *vm)
{
    if (ml_load(&vm->outside) || vm->nhosts || vm->keep_running)
        return false;
    if (vm->main)
        return !vm->nready && !vm->wheel.count && !vm->nio;
    return vm->nready == vm->nready_background && vm->wheel.count == vm->background_timers &&
           vm->nio == vm->nio_background;
}

SchedEnd ml_sched_run(Vm *vm, int64_t max_us)
{
    uint64_t until = max_us < 0 ? UINT64_MAX : ml_now_us(vm) + (uint64_t)max_us;
    for (;;) {
        if (ml_load(&vm->outside))
            take_outside(vm);
        if (vm->exited || (vm->main_failed && !vm->keep_running))
            return SCHED_IS_DONE;
        bool reaping = ml_mem_has_doomed(&vm->mem) && ml_mem_reap(&vm->mem, REAP);
        if (vm->since_look >= LOOK_EVERY || !vm->nready) {
            vm->since_look = 0;
            run_timers(vm);
            flush_now_and_then(vm);
            if (vm->nio || vm->nhosts)
                poll(vm, 0);
            if (max_us >= 0 && ml_now_us(vm) >= until)
                return vm->nready ? SCHED_HAS_MORE : SCHED_IS_IDLE;
            if (ml_load(&vm->interrupt))
                return SCHED_IS_IDLE;
        }
        if (vm->nready == vm->nready_background && ml_sched_quiet(vm)) {
            if (vm->main)
                ml_deadlock_tell(vm);
            return SCHED_IS_DONE;
        }
        Proc *p = next_ready(vm);
        if (p) {
            run_slice(vm, p);
            continue;
        }
        if (reaping)
            continue;
        flush(vm);
        int64_t wait = ml_sched_timeout_us(vm);
        if (max_us == 0)
            return SCHED_IS_IDLE;
        if (max_us > 0) {
            uint64_t now = ml_now_us(vm);
            int64_t left = until > now ? (int64_t)(until - now) : 0;
            if (wait < 0 || wait > left)
                wait = left;
        }
        rest(vm, wait);
    }
}
