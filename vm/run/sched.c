/*
 * sched.c - who runs next, for how long, and what is looked at in between.
 *
 * A worker takes the first process of its run queue, or one it steals from
 * another worker, and lets it run for a slice of reductions. Between slices it
 * looks at what other threads left outside; at its timers, at the poller and
 * at the length of the others' queues it looks after half a millisecond's
 * worth of reductions. A process stays with its worker unless another has less
 * to do; who is woken goes to the worker that woke it, where the message is. One that
 * sleeps is woken when a queue holds more than a moment's work.
 *
 * With nothing to run, a worker flushes the output and sleeps until the next
 * timer, a descriptor, or until another wakes it: an idle VM uses no CPU.
 */
#include <setjmp.h>

#include "vm/base/check.h"
#include "vm/proc/activity.h"
#include "vm/proc/flow.h"
#include "vm/proc/fold.h"
#include "vm/proc/inspect.h"
#include "vm/proc/realm.h"
#include "vm/proc/signal.h"
#include "vm/proc/state.h"
#include "vm/proc/sim.h"
#include "vm/run/circle.h"
#include "vm/run/deadlock.h"
#include "vm/run/debug.h"
#include "vm/run/host.h"
#include "vm/run/interp.h"
#include "vm/run/limit.h"
#include "vm/run/park.h"
#include "vm/run/poll.h"
#include "vm/run/runq.h"
#include "vm/run/sched.h"
#include "vm/run/stretch.h"
#include "vm/run/wait.h"

enum { SLICE = 4000, LOOK_EVERY = 20000,
       STEAL_MOST = 64,
       END_SLICE = 300,         /* steps of the end of a process; exit.c */
       REAP = 1 << 19 };        /* bytes of freed pages that go back to the system between two slices */

/* --- ready processes --- */

static inline void make_ready(Vm *vm, Proc *p)
{
    Worker *w = ml_here(vm);
    ML_ASSERT(ml_load(&p->state) == PROC_READY);
    if (!p->active && !p->background) {
        p->active = true;
        ml_activity_begins(w);
    }
    if (w->index >= vm->nworkers)       /* the guest's queue nobody reads */
        ml_runq_put(&vm->workers[ml_pid_index(p->pid) % vm->nworkers].q, p);
    else
        ml_runq_keep(&w->q, p);
}

void ml_sched_ready(Vm *vm, Proc *p) { make_ready(vm, p); }

void ml_sched_wake(Vm *vm, Proc *p)
{
    if (ml_proc_notify(p))
        make_ready(vm, p);
}

void ml_sched_drop(Vm *vm, Proc *p)
{
    for (unsigned i = 0; i < vm->nworkers; i++)
        if (ml_runq_drop(&vm->workers[i].q, p))
            break;
    if (p->active)
        ml_activity_ends(ml_here(vm));
    p->active = false;
}

/* Up to n processes of another worker become ours; the first of them. */
static Proc *steal_from(Worker *w, Worker *other, unsigned n)
{
    Proc *p = ml_runq_steal(&other->q, n < STEAL_MOST ? n : STEAL_MOST);
    uint32_t more = p && p->next ? ml_runq_put_all(&w->q, p->next) : 0;
    if (p) {
        ml_ledger_add(&w->ledger, LED_STEALS);
        ml_ledger_add_n(&w->ledger, LED_STOLEN, 1 + more);
    }
    return p;
}

static Proc *steal(Worker *w)
{
    Vm *vm = w->vm;
    Proc *p = NULL;
    unsigned n = vm->nworkers, from = (unsigned)(ml_rand_next(&w->rand) % n);
    ml_search_begin(w);
    for (unsigned i = 0; i < n && !p; i++) {
        Worker *other = &vm->workers[(from + i) % n];
        if (other != w)
            p = steal_from(w, other, STEAL_MOST);
    }
    return p;
}

static Proc *next_process(Worker *w)
{
    Proc *p = ml_runq_take(&w->q);
    if (!p && w->vm->nworkers > 1)
        p = steal(w);
    ml_search_end(w);
    return p;
}

/* Who has two processes less than another gets half of the difference. */
static void balance(Worker *w)
{
    Vm *vm = w->vm;
    unsigned mine = ml_runq_len(&w->q), most = mine;
    Worker *busiest = NULL;
    for (unsigned i = 0; i < vm->nworkers; i++)
        if (ml_runq_offered(&vm->workers[i].q) > most) {
            busiest = &vm->workers[i];
            most = ml_runq_offered(&busiest->q);
        }
    if (!busiest || most < mine + 2)
        return;
    Proc *p = steal_from(w, busiest, (most - mine) / 2);
    if (p)
        ml_runq_keep(&w->q, p);
}

/* --- one slice --- */

/* Before its code runs. */
static inline bool has_duties(const Proc *p)
{
    const Own *o = p->own;
    return o->questions || o->pending || o->interrupted || o->raise || ml_proc_has_housework(p);
}

/* False: that was its slice. */
static __attribute__((noinline)) bool do_duties(Proc *p)
{
    Own *o = p->own;
    bool unwinds = o->interrupted || o->raise;
    if (o->questions && !p->heap->gc)
        ml_info_work(p);
    if (o->pending && unwinds) {
        Pending *it = o->pending;
        o->pending = NULL;
        it->drop(p, it, true);
    }
    if (unwinds && ml_flow_is_sending(p))
        ml_flow_withdraw(p);
    if (!o->pending && ml_proc_has_housework(p)) {
        bool over;
        STRETCH_APART(p->vm, "housekeeping", over = ml_proc_housekeep(p));
        if (!over)
            return false;
        /* a built-in that looks at the slice before it works must get on */
        if (p->reds < 1)
            p->reds = 1;
        if (o->questions)
            ml_info_work(p);
    }
    if (o->interrupted) {
        o->err = ml_v_str(ml_sym(p->vm, "interrupted!"));
        o->raise = true;
    }
    return true;
}

static inline RunEnd run_in(Proc *p)
{
    if (ml_mbox_has_new(&p->mbox)) {
        if (!ml_proc_signals_some(p))
            return RUN_EXIT;
        if (p->reds < 0)                /* very many: that was its slice */
            return RUN_YIELD;
    }
    if (ML_UNLIKELY(has_duties(p)) && !do_duties(p))
        return RUN_YIELD;
    p->does = DOES_RUN;
    return ml_interp(p);
}

static bool ends_well(Vm *vm, Value reason)
{
    return reason.tag == TAG_STR &&
           (ml_str_equal(reason.s, vm->sym_normal.s) || ml_str_equal(reason.s, ml_sym(vm, "shutdown")));
}

static void end_more(Worker *w, Proc *p)
{
    bool active = p->active, over;
    do {
        STRETCH_APART(w->vm, "end of a process", over = ml_proc_exit_some(p, END_SLICE));
        w->since_look += END_SLICE;
    } while (!over && ml_proc_is_in_reserve(p));
    if (!over)
        ml_runq_keep(&w->q, p);
    else if (active)
        ml_activity_ends(w);
}

static void end_process(Worker *w, Proc *p)
{
    Vm *vm = w->vm;
    if (p->own->quits) {
        ml_store(&vm->exit_code, p->own->quit_code);
        ml_store(&vm->exited, true);
    }
    if (p->is_main) {
        bool well = ends_well(vm, p->own->reason);
        if (!well && !p->own->failed && ml_is_pid(p->own->err))
            ml_main_ended_tell(p, p->own->err);
        ml_store(&vm->main_failed, p->own->failed || !well);
        ml_store(&vm->main, NULL);
        ml_tell_host(vm);
    }
    end_more(w, p);
}

/* It can go on by itself. */
static bool waits_for_the_world(Proc *p)
{
    if (p->wait == WAIT_ROOM)
        return ml_flow_keeps_alive(p);
    return p->wait == WAIT_IO || p->wait == WAIT_JOB || ml_proc_is_timed(p);
}

/* What it hopes for, for those who follow the chain of waits (vm/proc/chain.c). */
static uint8_t stand_of(Proc *p, bool by_itself)
{
    if (p->is_host || (by_itself && p->wait != WAIT_RECEIVE))
        return STANDS_ALONE;
    return ml_load_relaxed(&p->owed_by) && !by_itself ? STANDS_REPLY : STANDS_OPEN;
}

/* Whose reply it waits for, for those who follow the chain of waits. */
static void tell_debtor(Proc *p)
{
    Value owes = p->wait == WAIT_RECEIVE && p->awaits ? ml_proc_debtor(p) : ml_v_nil();
    if (ml_is_pid(owes)) {
        ml_store(&p->owed_by, ml_pid_bits(owes));
        ml_circle_look(p);
    }
}

/* Since when it waits; as exact as the worker knows the time without asking. */
static void note_since(Worker *w, Proc *p)
{
    if (p->own->waited & WAITED_NOTED)
        return;
    if (!w->now_us)
        w->now_us = ml_now_us(w->vm);
    p->own->waited |= WAITED_NOTED;
    p->since_ms = (uint32_t)(w->now_us / 1000);
}

/* It does not wait, and what it has looked at is not all. */
static void works_on(Proc *p)
{
    p->does = DOES_READY;
    p->own->waited &= (uint8_t)~WAITED_ASKED;
}

static bool has_much_mail(const Proc *p)
{
    enum { MUCH = 256 };
    return p->mbox.count > MUCH || ml_mbox_is_behind(&p->mbox);
}

/* It is in the middle of a receive, or has read some of its mail in this slice. */
static bool reads_its_mail(Proc *p)
{
    uint16_t read = (uint16_t)(p->mbox.seq - p->mbox.count);
    bool on = p->mbox.mark || read != p->read;
    p->read = read;
    return on;
}

/* It goes on in its next slice. */
static void again(Worker *w, Proc *p)
{
    ml_store(&p->state, PROC_READY);
    if (has_much_mail(p) && reads_its_mail(p))
        ml_runq_hurry(&w->q, p);
    else
        ml_runq_keep(&w->q, p);
}

static void park(Worker *w, Proc *p)
{
    bool was = p->active, by_itself = waits_for_the_world(p), ends = was && !by_itself;
    ml_flow_look(p);
    bool crowded = ml_flow_is_crowded(p);
    if (crowded || ml_mbox_is_behind(&p->mbox)) {
        if (crowded)
            ml_gc_request(p->heap);
        works_on(p);
        again(w, p);
        return;
    }
    p->active = was && !ends;
    p->does = (uint8_t)(DOES_WAIT + p->wait);
    note_since(w, p);
    tell_debtor(p);
    if (p->own->questions)
        ml_proc_notify(p);
    uint8_t stands = stand_of(p, by_itself);
    ml_proc_fold(p);
    if (ml_flow_park(w->vm, p, stands)) {
        if (ends)
            ml_activity_ends(w);
        return;
    }
    p->active = was;
    ml_runq_keep(&w->q, p);
}

static int64_t slice_length(Worker *w)
{
    Vm *vm = w->vm;
    int most = vm->stress_slice ? vm->stress_slice : SLICE;
    if (vm->sim)
        return ml_sim_slice(vm->sim, most);
    return vm->stress_slice ? 1 + (int64_t)(ml_rand_next(&w->rand) % (uint64_t)most) : most;
}

/* Of its realm, which may have less left, or nothing. */
static bool take_slice(Proc *p, int64_t *slice)
{
    p->reds = *slice = ml_member_slice(p, *slice);
    if (*slice == 0)
        ml_limit_reached(p);
    return *slice > 0;
}

/* It has been woken, and there is no memory to let it run. */
static void starves(Worker *w, Proc *p)
{
    ml_proc_unfold_to_end(p);
    ml_limit_reached(p);
    end_process(w, p);
}

/* What most slices take: a long one among many short ones says little about what
 * waits in the queue. */
static inline void note_usual(Worker *w, int64_t used)
{
    int64_t u = w->usual_slice, more = u + u / 2 + 1;
    w->usual_slice = used < u ? u - (u - used) / 8 : used < more ? used : more;
}

static inline __attribute__((always_inline)) void after_slice(Worker *w, Proc *p, RunEnd end)
{
    int64_t used = w->slice - p->reds;
    if (ml_load(&p->state) == PROC_EXITING)     /* a signal that a native took in */
        end = RUN_EXIT;
    p->own->total_reds += (uint64_t)used;
    ml_ledger_add_n(&w->ledger, LED_REDUCTIONS, (uint64_t)used);
    if (p->heap->quota) {
        ml_member_ran(p, used);
        ml_quota_settle(p->heap);
    }
    w->since_look += used + 100;
    note_usual(w, used);
    if (w->vm->sim)
        ml_sim_ran(w->vm->sim, used);
    switch (end) {
    case RUN_YIELD:
        ml_flow_look(p);
        if (p->does == DOES_RUN)        /* else that was housekeeping: its wait goes on */
            works_on(p);
        again(w, p);
        break;
    case RUN_WAIT:
        park(w, p);
        break;
    case RUN_EXIT:
        end_process(w, p);
        break;
    }
}

static void run_slice(Worker *w, Proc *p)
{
    int64_t slice = slice_length(w);
    if (ml_load(&p->state) == PROC_EXITING) {
        end_more(w, p);
        return;
    }
    ml_sim_note(w->vm, SIM_SLICE, p->pid, (uint64_t)slice);
    ml_proc_begin(p);
    if (!ml_proc_unfold(p)) {
        starves(w, p);
        return;
    }
    if (ml_load_relaxed(&p->owed_by))
        ml_store(&p->owed_by, 0);
    ml_wait_cancel(p);
    p->reds = slice;
    p->wait = WAIT_NONE;
    ml_ledger_add(&w->ledger, LED_SLICES);
    if (p->is_host) {
        ml_host_run(p);
        park(w, p);
        return;
    }
    bool may = !p->heap->quota || take_slice(p, &slice);
    w->running = p;
    w->slice = slice;
    w->oom_jump = w->turn_jump;
    RunEnd end = may ? run_in(p) : RUN_EXIT;
    w->oom_jump = NULL;
    after_slice(w, p, end);
}

/* No memory in the slice under way, see heap.h. */
static __attribute__((noinline)) void end_for_memory(Worker *w)
{
    w->oom_jump = NULL;
    ml_limit_reached(w->running);
    after_slice(w, w->running, RUN_EXIT);
}

/* --- the outside --- */

void ml_outside(Vm *vm, Outside *o)
{
    Outside *old = ml_load(&vm->outside);
    ml_add(&vm->noutside, 1);
    do
        o->next = old;
    while (!ml_cas(&vm->outside, &old, o));
    ml_poll_wake(vm->poll);
}

static void take_outside(Vm *vm)
{
    ml_lock(&vm->outside_lock);
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
        ml_sub(&vm->noutside, 1);
        in_order = next;
    }
    ml_unlock(&vm->outside_lock);
}

/* A piece of what is due; with more than that left it is looked at again after
 * the next slice. */
static void run_timers(Worker *w)
{
    enum { PIECES = 16 };
    for (int i = 0; i < PIECES; i++) {
        w->now_us = ml_now_us(w->vm);
        if (!ml_timers_run(&w->timers, w->now_us, w->vm))
            return;
    }
    w->since_look = LOOK_EVERY;
}

static void flush(Vm *vm)
{
    if (vm->stdio)
        vm->stdio_flush(vm, false);
}

/* What was printed shows after a hundredth of a second even while processes
 * keep the workers busy; and memory that nobody needs goes back. */
static void tidy_now_and_then(Vm *vm)
{
    uint64_t now = ml_now_us(vm), last = ml_load(&vm->flushed_us);
    if (now - last >= 10000 && ml_cas(&vm->flushed_us, &last, now)) {
        flush(vm);
        ml_mem_trim(&vm->mem);
    }
}

/* Unless somebody else does so, or sleeps there. */
static void poll_now(Worker *w)
{
    Vm *vm = w->vm;
    if (!(ml_load(&vm->nio) || ml_load(&vm->nhosts)) || !ml_poller_take(w))
        return;
    ml_poll_wait(vm->poll, 0, ml_wait_ready, vm);
    ml_poller_leave(w);
}

static void look(Worker *w)
{
    w->since_look = 0;
    run_timers(w);
    tidy_now_and_then(w->vm);
    poll_now(w);
    balance(w);
}

/* --- is it over? --- */

static bool nobody_outside(Vm *vm)
{
    return !ml_load(&vm->noutside) && !ml_load(&vm->nhosts);
}

/* Nothing can happen any more. What background processes do counts only as
 * long as main is there, which they might send to. */
bool ml_sched_quiet(Vm *vm)
{
    if (!nobody_outside(vm))
        return false;
    if (!ml_load(&vm->main))
        return ml_activity_none(vm);
    for (unsigned i = 0; i < vm->nworkers; i++)
        if (ml_runq_len(&vm->workers[i].q))
            return false;
    for (unsigned i = 0; i < vm->nworkers; i++)
        if (ml_timers_count(&vm->workers[i].timers))
            return false;
    return !ml_load(&vm->nio);
}

static bool is_over(Vm *vm)
{
    if (ml_load(&vm->exited) || ml_load(&vm->main_failed))
        return true;
    return !ml_load(&vm->main) && nobody_outside(vm) && ml_activity_none(vm);
}

/* --- a worker's turn --- */

/* What is left in the queue takes as long as half a slice, by what slices usually take.
 * To wake another worker for less costs more than it saves. */
static bool has_much(Worker *w)
{
    return (int64_t)ml_runq_len(&w->q) * w->usual_slice > SLICE / 2;
}

static bool run_one(Worker *w)
{
    Proc *p = next_process(w);
    if (!p)
        return false;
    if (w->vm->nworkers > 1 && has_much(w))
        ml_leave_queue(w);
    run_slice(w, p);
    return true;
}

/* Then what a collection has left behind is not used again soon. */
static bool nobody_else_works(Vm *vm)
{
    return ml_load(&vm->idle.count) + 1 >= vm->nworkers;
}

static Turn nothing_to_run(Worker *w)
{
    Vm *vm = w->vm;
    if (nobody_else_works(vm) && (ml_mem_trim(&vm->mem) || (ml_mem_has_doomed(&vm->mem) && ml_mem_reap(&vm->mem, REAP))))
        return TURN_RAN;
    flush(vm);
    return TURN_IDLE;
}

/* A few slices: between two of them only what is new is looked at. */
static __attribute__((noinline)) Turn turn(Worker *w)
{
    enum { SLICES = 16 };
    Vm *vm = w->vm;
    for (int n = 0; n == 0 || (n < SLICES && !ml_load(&vm->idle.pause)); n++) {
        ml_ptab_quiet(w, &vm->ptab);
        if (ml_load(&vm->outside))
            take_outside(vm);
        if (is_over(vm))
            return TURN_OVER;
        if (ml_mem_has_excess(&vm->mem))
            ml_mem_reap(&vm->mem, REAP);
        if (w->since_look >= LOOK_EVERY && n > 0)
            return TURN_RAN;
        if (w->since_look >= LOOK_EVERY)
            look(w);
        if (run_one(w))
            continue;
        if (n > 0)
            return TURN_RAN;
        look(w);
        if (!run_one(w))
            return nothing_to_run(w);
    }
    return TURN_RAN;
}

Turn ml_sched_turn(Worker *w)
{
    jmp_buf out;
    w->turn_jump = &out;
    if (!setjmp(out))
        return turn(w);
    end_for_memory(w);
    return TURN_RAN;
}

/* Where timers come so fast that the worker would sleep and wake for each of them,
 * it sleeps for a little longer and serves what is due by then together. */
uint64_t ml_sched_nap(Worker *w)
{
    enum { OFTEN_US = 400, NAP_US = 250 };
    uint64_t next = ml_timers_next(&w->timers);
    if (next == UINT64_MAX)
        return next;
    uint64_t now = ml_now_us(w->vm), since = now - w->slept_us;
    w->slept_us = now;
    return since < OFTEN_US && next < now + NAP_US ? now + NAP_US : next;
}

/* --- the host's thread as the only worker --- */

int64_t ml_sched_timeout_us(Vm *vm)
{
    Worker *w = vm->workers;
    if (ml_runq_len(&w->q) || ml_load(&vm->outside))
        return 0;
    uint64_t next = ml_timers_next(&w->timers);
    if (next == UINT64_MAX)
        return -1;
    uint64_t now = ml_now_us(vm);
    return next <= now ? 0 : (int64_t)(next - now);
}

bool ml_sched_jump(Vm *vm)
{
    int64_t us = ml_sched_timeout_us(vm);
    if (!vm->sim || us <= 0 || ml_load(&vm->nio))
        return false;
    ml_sim_idle(vm->sim, us, false);
    return true;
}

/* For at most so long, until something is due. */
static void sleep_until(Vm *vm, uint64_t until)
{
    Worker *w = vm->workers;
    int64_t wait = ml_sched_timeout_us(vm);
    if (until != UINT64_MAX) {
        uint64_t now = ml_now_us(vm);
        int64_t left = until > now ? (int64_t)(until - now) : 0;
        if (wait < 0 || wait > left)
            wait = left;
    }
    if (vm->sim)
        wait = ml_sim_idle(vm->sim, wait, ml_load(&vm->nio) > 0);
    ml_ledger_add(&vm->workers[0].ledger, LED_SLEEPS);
    ml_poll_wait(vm->poll, wait, ml_wait_ready, vm);
    w->now_us = 0;
    if (vm->sim)
        ml_sim_waited(vm->sim);
}

SchedEnd ml_sched_run(Vm *vm, int64_t max_us)
{
    Worker *w = vm->workers;
    uint64_t until = max_us < 0 ? UINT64_MAX : ml_now_us(vm) + (uint64_t)max_us;
    w->now_us = 0;
    for (;;) {
        bool looks = w->since_look >= LOOK_EVERY || !ml_runq_len(&w->q);
        Turn turn = ml_sched_turn(w);
        if (turn == TURN_OVER)
            return SCHED_IS_DONE;
        if (looks && max_us >= 0 && ml_now_us(vm) >= until)
            return ml_runq_len(&w->q) ? SCHED_HAS_MORE : SCHED_IS_IDLE;
        if (looks && ml_load(&vm->interrupt))
            return SCHED_IS_IDLE;
        if (turn == TURN_RAN)
            continue;
        if (ml_sched_quiet(vm)) {
            if (ml_load(&vm->main))
                ml_deadlock_tell(vm);
            return SCHED_IS_DONE;
        }
        if (max_us == 0)
            return SCHED_IS_IDLE;
        sleep_until(vm, until);
    }
}
