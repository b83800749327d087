/*
 * m17_chain.c - senders held back by full mailboxes, and the chain rule.
 *
 * Threads are processes here: each runs its story and sleeps when it has to wait.
 * Every mailbox has a limit of one message. Stories:
 *
 *     circle     two send each other two messages, then read
 *     selective  the receiver wants the last message first
 *     order      three messages, read in order, by one who waits for any
 *     room       the receiver takes one and then waits for an event that only comes
 *                when the sender has got rid of the second
 *     line       two senders, one receiver
 *     reply      S is held back by Q, which waits for a reply of D, which waits for S
 *     debtor     the same, but D ends instead
 *     ends       the receiver ends with its mailbox full
 *     killed     a sender is killed while it is held back, another one stands behind it
 *
 * Properties: nobody waits for ever (else: a deadlock); all that was sent to the
 * living is read, in the order sent; nothing comes from the dead; in the mailbox of
 * one who takes whatever comes is no message more than the limit (`most`); nothing is
 * left of it all, in no list.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/proc/chain.c vm/proc/flow.c vm/proc/mailbox.c
 *
 * mutant plain-blocking in circle: vm/proc/chain.c
 *   - if (vm->flow.plain || goes_on(vm, q)) {
 *   + if (true) {
 * mutant plain-blocking in selective: vm/proc/chain.c
 *   - if (vm->flow.plain || goes_on(vm, q)) {
 *   + if (true) {
 * mutant no-second-look in selective: vm/proc/flow.h
 *   - if (f && ml_load(&f->marked))
 *   + if (f && false)
 * mutant no-mark in reply: vm/proc/chain.c
 *   - d->creditors = x;
 *   - ml_store(&d->marked, true);
 *   + d->creditors = x;
 * mutant weak-mark in selective: vm/proc/chain.c
 *   - q->last = s;
 *   - ml_store(&q->marked, true);
 *   - ml_add(&q->nwaiting, 1);
 *   + q->last = s;
 *   + atomic_store_explicit(&q->marked, true, memory_order_release);
 *   + atomic_fetch_add_explicit(&q->nwaiting, 1, memory_order_relaxed);
 * mutant no-second-try in room: vm/proc/chain.c
 *   - if (q->first == f && ml_flow_admit(q, m, false)) {
 *   + if (false) {
 * mutant blind-owner in room: vm/proc/flow.c
 *   - ml_sub(&f->mail, ONE + m->units);
 *   - if (ml_load(&f->nwaiting))
 *   + bool any = ml_load(&f->nwaiting);
 *   + ml_sub(&f->mail, ONE + m->units);
 *   + if (any)
 * mutant no-edge in reply: vm/proc/chain.c
 *   - x = debtor_of(vm, x, &stuck);
 *   - if (!x)
 *   + return true;
 *   + if (!x)
 * mutant asleep in line: vm/proc/chain.c
 *   - ml_store(&s->sending, how);
 *   - vm->wake(vm, s->p);
 *   + ml_store(&s->sending, how);
 * mutant dead-in-line in killed: vm/proc/chain.c
 *   - if (tell)
 *   - ml_flow_withdraw(p);
 * mutant left-behind in ends: vm/proc/chain.c
 *   - bool done = dismiss(vm, f, budget, tell);
 *   + bool done = true;
 * mutant forgets-those-on-their-way in line: vm/proc/chain.c
 *   - return ml_flow_has_unseen(x);
 *   + return false;
 * mutant overtaken in order: vm/proc/chain.c
 *   - ml_store(&f->sending, SENDING_WAITS);
 *   - return FLOW_WAITS;
 *   + ml_store(&f->sending, SENDING_WAITS);
 *   + return FLOW_SENT;
 */
#include <limits.h>

#include "tests/model/explore.h"
#include "vm/proc/flow.h"
#include "vm/proc/signal.h"

enum { PROCS = 3, ANY = 0 };

static Vm     vm;
static Worker here;
static Proc   procs[PROCS];
static _Atomic(bool) event, killed, gone;       /* gone: procs[1] has ended */
static int    order[PROCS];             /* of what it has read: digits */
static unsigned nprocs;
static _Atomic(int) inside;             /* in the mailbox of procs[0] */
static int most;                        /* so many may be */

/* --- what the rooms ask for --- */

Worker *ml_here(Vm *v) { (void)v; return &here; }
size_t ml_msg_bytes_(const Msg *m) { (void)m; return 100; }
void ml_msg_free(Mem *mem, Msg *m) { ml_mem_free(mem, m, sizeof *m); }
bool ml_vmap_set(VMap *m, Value k, Value v) { (void)m, (void)k, (void)v; return true; }
bool ml_vmap_remove(VMap *m, Value k) { (void)m, (void)k; return false; }
void ml_alarm(Proc *p, bool high) { (void)p, (void)high; }
void ml_listen_end(Vm *v, Flow *f) { (void)v, (void)f; }

Proc *ml_proc_find(Vm *v, Value pid)
{
    Proc *p = &procs[ml_pid_index(pid)];
    (void)v;
    return ml_load(&p->state) == PROC_EXITING ? NULL : p;
}

void ml_letter(Vm *v, Value to, Msg *m, const char *why)
{
    (void)to, (void)why;
    ml_msg_free(&v->mem, m);
}

static void wake(Vm *v, Proc *p)
{
    (void)v;
    ml_proc_notify(p);
}

bool ml_sig_push(Vm *v, Proc *p, Value to, Msg *m)
{
    (void)to;
    EX_CHECK((uint32_t)m->from != 1 || !ml_load(&gone));
    if (!p) {
        ml_msg_free(&v->mem, m);
        return false;
    }
    if (p == procs)
        EX_CHECK(ml_add(&inside, 1) < most);
    if (ml_mbox_push(&p->mbox, &v->mem, m) == MBOX_AWAKE)
        wake(v, p);
    return true;
}

bool ml_sig_send(Vm *v, Value to, Msg *m)
{
    return ml_sig_push(v, ml_proc_find(v, to), to, m);
}

/* --- a process --- */

static bool is_ready(void *ud)
{
    return ml_load_relaxed(&((Proc *)ud)->state) != PROC_WAITING;
}

static void park(Proc *p, uint8_t stands)
{
    if (ml_flow_park(&vm, p, stands)) {
        ex_enter_when(p, is_ready, p, false);
        ex_leave(p);
    }
    ml_proc_begin(p);
    ml_store(&p->owed_by, 0);
}

static void take_in(Proc *p)
{
    ml_mbox_fetch(&p->mbox, 10);
    for (Msg *m; (m = p->mbox.in);) {
        p->mbox.in = m->next;
        ml_mbox_append(&p->mbox, m);
        ml_flow_queued(p, m);
    }
}

/* The first message that is `what`. */
static bool look(Proc *p, int what)
{
    take_in(p);
    for (Msg *m; (m = ml_mbox_next(&p->mbox));)
        if (what == ANY || m->v.i == what) {
            int i = (int)ml_pid_index(p->pid);
            order[i] = order[i] * 10 + (int)m->v.i;
            ml_mbox_take(&p->mbox);
            if (p == procs)
                ml_sub(&inside, 1);
            ml_flow_taken(p, m);
            ml_msg_free(&vm.mem, m);
            return true;
        }
    return false;
}

static void receive(int me, int what)
{
    Proc *p = &procs[me];
    ml_mbox_rewind(&p->mbox);
    while (!look(p, what))
        park(p, STANDS_OPEN);
}

/* The reply of `from`, or the news of its end. */
static void await(int me, int what, int from)
{
    Proc *p = &procs[me];
    ml_mbox_rewind(&p->mbox);
    while (!look(p, what)) {
        ml_store(&p->owed_by, ml_pid_bits(procs[from].pid));
        park(p, STANDS_REPLY);
    }
}

static Msg *message(Value me, int what)
{
    Msg *m = ml_mem_zalloc(&vm.mem, sizeof *m);
    m->v = ml_v_int(what);
    ml_msg_set_from(m, me);
    return m;
}

/* False: it has been killed meanwhile. */
static bool send(int me, int to, int what)
{
    Proc *p = &procs[me];
    FlowEnd end = ml_flow_send(&vm, p, procs[to].pid, message(p->pid, what), false, true);
    while (end == FLOW_WAITS) {
        ex_seen(1);
        park(p, STANDS_OPEN);
        if (me == 1 && ml_load(&killed))
            return false;
        end = ml_flow_sending(p);
    }
    EX_CHECK(end == FLOW_SENT);
    return true;
}

static void reply(int to, int what)
{
    ml_flow_send(&vm, NULL, procs[to].pid, message(ml_v_nil(), what), true, false);
}

static void ends(int me)
{
    Proc *p = &procs[me];
    int budget = INT_MAX;
    ml_store(&p->state, PROC_EXITING);
    Msg *late = ml_mbox_close(&p->mbox);
    EX_CHECK(ml_flow_end_some(p, &budget, true));
    if (me == 1)
        ml_store(&gone, true);
    for (Msg *next; late; late = next) {
        next = late->next;
        ml_msg_free(&vm.mem, late);
    }
}

/* --- stories --- */

static void begin(unsigned n, int at_most)
{
    most = at_most;
    ml_store(&inside, 0);
    ex_calm(&inside, sizeof inside);
    vm = (Vm){ .wake = wake };
    ml_mem_init(&vm.mem, ex_mem, NULL, 0);
    ex_quiet(&vm.mem, sizeof vm.mem);
    ex_quiet(&here, sizeof here);
    ml_lock_init(&vm.flow.lock);
    ml_store(&event, false);
    ml_store(&killed, false);
    ml_store(&gone, false);
    ex_calm(&gone, sizeof gone);
    nprocs = n;
    for (unsigned i = 0; i < n; i++) {
        Proc *p = &procs[i];
        *p = (Proc){ .vm = &vm, .pid = ml_pid_make(i, 1), .state = PROC_RUNNING };
        ml_mbox_init(&p->mbox);
        order[i] = 0;
        EX_CHECK(ml_flow_bound(p, &(FlowOpts){ .limit = 1 }, 0));
        ex_calm(&ml_load(&p->flow)->room, sizeof(uint64_t));
        ex_calm(&ml_load(&p->flow)->dropped, sizeof(uint64_t));
    }
}

static void end(void)
{
    for (unsigned i = 0; i < nprocs; i++) {
        Flow *f = ml_load(&procs[i].flow);
        int budget = INT_MAX;
        if (!f->over)
            ml_flow_end_some(&procs[i], &budget, true);
        EX_CHECK(!f->first && !f->last && !f->full && !f->creditors && !f->debtor && !f->msg);
        EX_CHECK(!ml_load(&f->nwaiting) && !ml_load(&f->marked));
        ml_mbox_fini(&procs[i].mbox, &vm.mem);
    }
    for (unsigned i = 0; i < nprocs; i++)
        ml_mem_free(&vm.mem, ml_load(&procs[i].flow), sizeof(Flow));
    ml_lock_fini(&vm.flow.lock);
}

static void run(unsigned n, int at_most, void (*a)(void *), void (*b)(void *), void (*c)(void *))
{
    begin(n, at_most);
    ex_thread(a, NULL);
    ex_thread(b, NULL);
    if (c)
        ex_thread(c, NULL);
    ex_join_all();
}

static void talks(void *ud)
{
    int me = ud != NULL, other = !me;
    send(me, other, 1);
    send(me, other, 2);
    receive(me, ANY);
    receive(me, ANY);
}

static void circle(void)
{
    begin(2, 2);
    ex_thread(talks, NULL);
    ex_thread(talks, &procs);
    ex_join_all();
    EX_CHECK(order[0] == 12 && order[1] == 12);
    end();
}

static void sends_three(void *ud) { (void)ud; send(1, 0, 1); send(1, 0, 2); send(1, 0, 3); }
static void sends_two(void *ud)   { (void)ud; send(1, 0, 1); send(1, 0, 2); }
static void reads_three(void *ud) { (void)ud; receive(0, ANY); receive(0, ANY); receive(0, ANY); }

static void reads_backwards(void *ud)
{
    (void)ud;
    receive(0, 2);
    receive(0, 1);
}

static void selective(void)
{
    run(2, 2, reads_backwards, sends_two, NULL);
    EX_CHECK(order[0] == 21);
    end();
}

static void in_order(void)
{
    run(2, 1, reads_three, sends_three, NULL);
    EX_CHECK(order[0] == 123);
    end();
}

static void tells(void *ud)
{
    sends_two(ud);
    ml_store(&event, true);
    wake(&vm, &procs[0]);
}

static void waits_for_event(void *ud)
{
    (void)ud;
    receive(0, ANY);
    while (!ml_load(&event))
        park(&procs[0], STANDS_ALONE);
    receive(0, ANY);
}

static void room(void)
{
    run(2, 1, waits_for_event, tells, NULL);
    EX_CHECK(order[0] == 12);
    end();
}

static void sends_first(void *ud)  { (void)ud; send(1, 0, 1); }
static void sends_second(void *ud) { (void)ud; send(2, 0, 2); }
static void reads_two(void *ud)    { (void)ud; receive(0, ANY); receive(0, ANY); }

static void line(void)
{
    run(3, 1, reads_two, sends_first, sends_second);
    EX_CHECK(order[0] == 12 || order[0] == 21);
    end();
}

static void asks(void *ud)
{
    (void)ud;
    await(0, 9, 2);
    receive(0, 1);
    receive(0, 2);
}

static void sends_and_helps(void *ud)
{
    sends_two(ud);
    send(1, 2, 5);
}

static void answers(void *ud)
{
    (void)ud;
    receive(2, 5);
    reply(0, 9);
}

static void helped(void)
{
    run(3, 3, asks, sends_and_helps, answers);
    EX_CHECK(order[0] == 912);
    end();
}

static void gives_up(void *ud)
{
    (void)ud;
    ends(2);
    reply(0, 9);                        /* the DOWN */
}

static void debtor(void)
{
    run(3, 3, asks, sends_two, gives_up);
    EX_CHECK(order[0] == 912);
    end();
}

static void leaves(void *ud)
{
    (void)ud;
    receive(0, ANY);
    ends(0);
}

static void leaving(void)
{
    run(2, 1, leaves, sends_three, NULL);
    EX_CHECK(order[0] == 1);
    end();
}

static void may_die(void *ud)
{
    (void)ud;
    if (!send(1, 0, 1) || !send(1, 0, 2))
        ends(1);
}

static void kills(void *ud)
{
    (void)ud;
    ml_store(&killed, true);
    wake(&vm, &procs[1]);
    send(2, 0, 3);
}

static void reads_third(void *ud) { (void)ud; receive(0, 3); }

static void killing(void)
{
    run(3, 3, reads_third, may_die, kills);
    EX_CHECK(order[0] == 3);
    end();
}

const Model models[] = {
    { .name = "circle", .run = circle, .preemptions = 2, .outcomes = 0, .chance = 300 },
    { .name = "selective", .run = selective, .preemptions = 3, .outcomes = 1, .chance = 300 },
    { .name = "order", .run = in_order, .preemptions = 2, .outcomes = 1, .chance = 300 },
    { .name = "room", .run = room, .preemptions = 3, .outcomes = 1, .chance = 300 },
    { .name = "line", .run = line, .preemptions = 2, .outcomes = 1, .chance = 300 },
    { .name = "reply", .run = helped, .preemptions = 2, .outcomes = 1, .chance = 300 },
    { .name = "debtor", .run = debtor, .preemptions = 2, .outcomes = 1, .chance = 300 },
    { .name = "ends", .run = leaving, .preemptions = 2, .outcomes = 1, .chance = 300 },
    { .name = "killed", .run = killing, .preemptions = 1, .outcomes = 1, .chance = 2000 },
    { 0 }
};
