/*
 * m19_circle.c - two processes wait for each other's replies: the real
 * scheduler with two workers, questions, and the search for circles.
 *
 *     closes     each parks for the reply of the other; nobody will ever reply
 *     replies    the second one replies before it calls back, and the first goes
 *                on when it has seen the reply
 *
 * Properties: a circle is told, once, though both may see it or be awake to be
 * asked when the other looks; one that never was is not told. Bound: 1 preemption,
 * and more by chance.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/base/buf.c vm/base/rand.c vm/base/timer.c
 * sources: vm/base/timers.c vm/proc/mailbox.c vm/proc/ptab.c vm/proc/tell.c vm/proc/vm.c
 * sources: vm/run/circle.c vm/run/park.c vm/run/runq.c vm/run/sched.c vm/run/wait.c
 * sources: vm/run/worker.c
 *
 * mutant weak-say in closes: vm/run/sched.c
 *   - ml_store(&p->owed_by, ml_pid_bits(owes));
 *   + atomic_store_explicit(&p->owed_by, ml_pid_bits(owes), memory_order_release);
 * mutant told-twice in closes: vm/run/circle.c
 *   - bool is_new = ml_load_relaxed(&cs->ntold) < CIRCLES_TOLD && !is_known(cs, c->key);
 *   + bool is_new = ml_load_relaxed(&cs->ntold) < CIRCLES_TOLD;
 * mutant forgotten in closes: vm/run/circle.c
 *   - *at = c->next;
 *   + at = &c->next;
 * mutant not-waiting in replies: vm/run/circle.c
 *   - m->yes = p && ml_tell_waits(p) && ml_tell_kind(p) == WAIT_RECEIVE && p->awaits &&
 *   + m->yes = p && p->awaits &&
 */
#include "tests/model/world.h"
#include "vm/base/buf.h"
#include "vm/run/waits.h"

static _Atomic(int) told;

/* --- what the rooms ask of others --- */

Value ml_proc_debtor(const Proc *p) { return p->awaits ? pids[1 - (int)ml_pid_index(p->pid)] : ml_v_nil(); }
Str  *ml_name_of(const Proc *p) { (void)p; return NULL; }
bool  ml_raw_equal(Value a, Value b) { return a.u == b.u && a.tag == b.tag; }
void  ml_wait_info(Proc *p, WaitKind kind, WaitInfo *out) { (void)p, (void)kind, (void)out; }
void  ml_wait_put(Vm *v, const WaitInfo *i, Buf *out) { (void)v, (void)i, (void)out; }
void  ml_wait_put_patterns(const WaitInfo *i, const char *s, Buf *out) { (void)i, (void)s, (void)out; }
void  ml_wait_put_pid(Vm *v, Value pid, Buf *out) { (void)v, (void)pid, (void)out; }

static void tell_circle(Vm *v, const char *text, size_t n)
{
    (void)v, (void)text, (void)n;
    ml_add(&told, 1);
}

Msg *ml_msg_new_telling(Mem *mem, MsgKind kind)
{
    Msg *m = ml_mem_zalloc(mem, sizeof *m);
    m->holds = ml_mem_zalloc(mem, sizeof *m->holds);
    m->kind = (uint8_t)kind;
    return m;
}

void ml_msg_reason(Mem *mem, Msg *m, Value reason, Shared *hold)
{
    (void)mem;
    ml_shared_ref(hold);
    m->holds->sh = hold;
    m->v = reason;
}

bool ml_sig_send(Vm *v, Value to, Msg *m)
{
    Proc *p = ml_proc_find(v, to);
    if (p && ml_mbox_push(&p->mbox, &v->mem, m) != MBOX_CLOSED) {
        ml_sched_wake(v, p);
        return true;
    }
    if (!p)
        ml_msg_free(&v->mem, m);
    return false;
}

/* --- the stories --- */

static RunEnd wait_for_reply(Proc *p)
{
    if (!p->awaits)
        p->own->waited = 0;
    p->awaits = 1;
    p->wait = WAIT_RECEIVE;
    return RUN_WAIT;
}

static void begin(void)
{
    ml_store(&told, 0);
    world_begin(2);
    vm.report = tell_circle;
    ml_lock_init(&vm.circles.lock);
}

static void end(void)
{
    EX_CHECK(!vm.circles.open);
    ml_lock_fini(&vm.circles.lock);
    world_end();
}

static void closes(void)
{
    begin();
    world_spawn(0, wait_for_reply, PROC_READY);
    world_spawn(1, wait_for_reply, PROC_READY);
    EX_CHECK(ml_workers_start(&vm));
    world_wait_for_end();
    EX_CHECK(told_deadlock && ml_load(&told) == 1);
    end();
}

/* Calls; when it has the reply it works for a while, answers the call of the
 * other, and ends. */
static RunEnd calls(Proc *p)
{
    if (p->own->nat_step == 0) {
        p->own->nat_step = 1;
        world_send(pids[1]);
    }
    if (!got[0])
        return wait_for_reply(p);
    if (p->own->nat_step++ < 3)
        return RUN_YIELD;
    world_send(pids[1]);
    return RUN_EXIT;
}

static RunEnd replies_and_calls(Proc *p)
{
    if (got[1] == 2)
        return RUN_EXIT;
    if (got[1] == 1 && p->own->nat_step == 0) {
        p->own->nat_step = 1;
        world_send(pids[0]);
    }
    if (p->own->nat_step)
        return wait_for_reply(p);
    p->wait = WAIT_RECEIVE;
    return RUN_WAIT;
}

static void replies(void)
{
    begin();
    world_spawn(0, calls, PROC_READY);
    world_spawn(1, replies_and_calls, PROC_READY);
    EX_CHECK(ml_workers_start(&vm));
    world_wait_for_end();
    EX_CHECK(!told_deadlock && ml_load(&told) == 0 && got[1] == 2);
    end();
}

const Model models[] = {
    { .name = "closes", .run = closes, .preemptions = 1, .chance = 5000 },
    { .name = "replies", .run = replies, .preemptions = 1, .chance = 5000 },
    { 0 }
};
