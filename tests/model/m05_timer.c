/*
 * m05_timer.c - timers: one is cancelled while it fires on another worker.
 *
 *     send       a message at a time is cancelled by one, and by another one
 *     owner      a process that waits with a time has moved to another worker,
 *                goes on for another reason, and ends
 *
 * Properties: a message is sent or cancelled, never both, and who cancels is
 * told the truth; nobody touches a timer that is gone; nothing is left. All
 * interleavings.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/base/timer.c vm/base/timers.c vm/base/hash.c
 * sources: vm/proc/smap.c vm/proc/vmap.c vm/proc/sendtimer.c vm/proc/vm.c
 *
 * mutant no-claim in send: vm/proc/sendtimer.c
 *   - if (ml_is_nil(ml_smap_take(&vm->timer_refs, t->ref)))
 *   + if (ml_is_nil(ml_smap_get(&vm->timer_refs, t->ref)))
 * mutant cancelled-twice in send: vm/proc/sendtimer.c
 *   - Value v = ml_smap_take(&vm->timer_refs, ref);
 *   + Value v = ml_smap_get(&vm->timer_refs, ref);
 *   + ml_smap_take(&vm->timer_refs, ref);
 * mutant unlocked-cancel: vm/base/timers.c
 *   - ml_lock(&ts->lock);
 *   - bool was = ml_wheel_cancel(&ts->wheel, t);
 *   - ml_unlock(&ts->lock);
 *   + bool was = ml_wheel_cancel(&ts->wheel, t);
 * mutant not-awaited: vm/base/timers.c
 *   - ml_lock(&ts->lock);
 *   - bool was = ml_wheel_cancel(&ts->wheel, t);
 *   - ml_unlock(&ts->lock);
 *   + bool was = false;
 * mutant two-step-take in send: vm/proc/smap.c
 *   - Value v = ml_vmap_get(&s->map, k);
 *   - if (!ml_is_nil(v))
 *   + Value v = ml_vmap_get(&s->map, k);
 *   + ml_unlock(&s->lock);
 *   + ml_lock(&s->lock);
 *   + if (!ml_is_nil(v))
 */
#include "tests/model/explore.h"
#include "vm/base/atomic.h"
#include "vm/base/clock.h"
#include "vm/proc/flow.h"
#include "vm/proc/sendtimer.h"
#include "vm/proc/signal.h"
#include "vm/proc/vm.h"

enum { AT = 10, LATER = 20 };

static Vm     vm;
static Worker workers[2];
static Proc   sender;
static _Atomic(int) sent, fired;

uint64_t ml_clock_us(void) { return 0; }
Value ml_proc_ref(Proc *p) { (void)p; return (Value){ .u = 77, .tag = TAG_REF }; }
void ml_msg_free(Mem *mem, Msg *m) { ml_mem_free(mem, m, sizeof *m); }

FlowEnd ml_flow_send(Vm *v, Proc *s, Value to, Msg *m, bool exempt, bool may_wait)
{
    (void)s, (void)to, (void)exempt, (void)may_wait;
    ml_add(&sent, 1);
    ml_msg_free(&v->mem, m);
    return FLOW_SENT;
}

static void begin(void)
{
    vm = (Vm){ .workers = workers, .nworkers = 2, .nrecords = 2, .guest = workers };
    ml_mem_init(&vm.mem, ex_mem, NULL, 0);
    ex_quiet(&vm.mem, sizeof vm.mem);
    ml_smap_init(&vm.timer_refs, &vm.mem);
    for (unsigned i = 0; i < 2; i++) {
        workers[i] = (Worker){ .vm = &vm, .index = i };
        ml_timers_init(&workers[i].timers, i, 0);
        ex_quiet(&workers[i].ledger, sizeof workers[i].ledger);
    }
    sender = (Proc){ .vm = &vm };
    ml_store(&sent, 0);
    ml_store(&fired, 0);
}

static void end(void)
{
    for (unsigned i = 0; i < 2; i++) {
        EX_CHECK(ml_timers_count(&workers[i].timers) == 0);
        ml_timers_fini(&workers[i].timers);
    }
    ml_sendtimers_free(&vm);
}

static void runs_timers(void *ud)
{
    (void)ud;
    ml_here_set(&workers[0]);
    while (ml_timers_run(&workers[0].timers, LATER, &vm)) {
    }
}

/* --- send --- */

static _Atomic(int) cancelled;

static void cancels(void *ud)
{
    Value *ref = ud;
    ml_here_set(&workers[1]);
    int64_t left = ml_send_cancel(&vm, *ref);
    EX_CHECK(left == -1 || left == AT);
    ml_add(&cancelled, left >= 0);
}

static void send(void)
{
    begin();
    ml_store(&cancelled, 0);
    Msg *m = ml_mem_zalloc(&vm.mem, sizeof *m);
    Value ref = ml_send_at(&sender, AT, ml_pid_make(1, 1), NULL, m);
    ex_thread(runs_timers, NULL);
    ex_thread(cancels, &ref);
    ex_thread(cancels, &ref);
    ex_join_all();
    EX_CHECK(sent + cancelled == 1);
    ex_seen(sent ? 1 : 2);
    EX_CHECK(ml_send_cancel(&vm, ref) == -1);
    EX_CHECK(workers[0].ups + workers[1].ups == workers[0].downs + workers[1].downs);
    end();
}

/* --- owner --- */

typedef struct Waiting { Timer timer; _Atomic(int) news; } Waiting;

static void time_is_up(Timer *t, void *ctx)
{
    (void)ctx;
    ml_store(&((Waiting *)(void *)t)->news, 1);
    ml_store(&fired, 1);
}

static void goes_on(void *ud)
{
    Waiting *w = ud;
    ml_here_set(&workers[1]);
    if (ml_timers_has(ml_timers_of(&vm, &w->timer), &w->timer))
        ex_seen(1);
    bool was = ml_timers_cancel(ml_timers_of(&vm, &w->timer), &w->timer);
    EX_CHECK(was == !ml_load(&fired));
    ml_timers_arm(ml_timers_here(&vm), &w->timer, 2 * LATER);   /* waits once more */
    EX_CHECK(ml_timers_cancel(ml_timers_of(&vm, &w->timer), &w->timer));
    ml_mem_free(&vm.mem, w, sizeof *w);
}

static void owner(void)
{
    begin();
    Waiting *w = ml_mem_zalloc(&vm.mem, sizeof *w);
    w->timer.fire = time_is_up;
    ml_timers_arm(&workers[0].timers, &w->timer, AT);
    ex_thread(runs_timers, NULL);
    ex_thread(goes_on, w);
    ex_join_all();
    ex_seen(fired ? 2 : 4);
    end();
}

const Model models[] = {
    { .name = "send", .run = send, .preemptions = 20, .outcomes = 3 },
    { .name = "owner", .run = owner, .preemptions = 20, .outcomes = 7 },
    { 0 }
};
