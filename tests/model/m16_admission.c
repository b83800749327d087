/*
 * m16_admission.c - several senders and a mailbox that has room for one or two.
 *
 * Threads: three senders of one message each, or two of two, to a mailbox that
 * refuses what is too much; the owner takes what it finds, twice. Property: never
 * are more messages let in than the limit says (not one), what a sender was told
 * is true, and in the end the account is that of an empty mailbox. All interleavings.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/proc/flow.c vm/proc/mailbox.c
 *
 * mutant blind-admission: vm/proc/flow.c
 *   - } while (!ml_cas(&f->mail, &old, old + ONE + m->units));
 *   + } while ((ml_store(&f->mail, old + ONE + m->units), false));
 * mutant blind-take in two: vm/proc/flow.c
 *   - ml_sub(&f->mail, ONE + m->units);
 *   + ml_store(&f->mail, ml_load(&f->mail) - ONE - m->units);
 * mutant one-more: vm/proc/flow.c
 *   - if (!force && (count >= f->cap || units > f->cap_units))
 *   + if (!force && (count > f->cap || units > f->cap_units))
 */
#include "tests/model/explore.h"
#include "vm/proc/flow.h"
#include "vm/proc/signal.h"

static Vm     vm;
static Worker here;
static Proc   proc;
static unsigned limit;
static _Atomic(unsigned) inside;        /* let in and not taken */
static _Atomic(unsigned) sent, refused;
static unsigned taken;                  /* owner */

Worker *ml_here(Vm *v) { (void)v; return &here; }
Proc *ml_proc_find(Vm *v, Value pid) { (void)v, (void)pid; return &proc; }
size_t ml_msg_bytes_(const Msg *m) { (void)m; return 100; }
void ml_msg_free(Mem *mem, Msg *m) { ml_mem_free(mem, m, sizeof *m); }
bool ml_vmap_set(VMap *m, Value k, Value v) { (void)m, (void)k, (void)v; return true; }
void ml_alarm(Proc *p, bool high) { (void)p, (void)high; }
Flow *ml_flow_own(Proc *p) { return ml_load(&p->flow); }

void ml_letter(Vm *v, Value to, Msg *m, const char *why)
{
    (void)to, (void)why;
    ml_msg_free(&v->mem, m);
}

bool ml_sig_push(Vm *v, Proc *p, Value to, Msg *m)
{
    (void)to;
    EX_CHECK(ml_add(&inside, 1) < limit);
    ml_mbox_push(&p->mbox, &v->mem, m);
    return true;
}

static void sends(void *ud)
{
    for (uintptr_t i = 0; i < (uintptr_t)ud; i++) {
        Msg *m = ml_mem_zalloc(&vm.mem, sizeof *m);
        m->v = ml_v_int(1);
        FlowEnd end = ml_flow_send(&vm, &proc, proc.pid, m, false, false);
        EX_CHECK(end == FLOW_SENT || end == FLOW_FULL);
        ml_add(end == FLOW_SENT ? &sent : &refused, 1);
    }
}

static void take(void)
{
    ml_mbox_fetch(&proc.mbox, 10);
    for (Msg *m; (m = proc.mbox.in);) {
        proc.mbox.in = m->next;
        ml_flow_queued(&proc, m);
        ml_sub(&inside, 1);
        ml_flow_taken(&proc, m);
        ml_msg_free(&vm.mem, m);
        taken++;
    }
}

static void reads(void *ud)
{
    (void)ud;
    take();
    take();
}

static void story(unsigned most, uintptr_t a, uintptr_t b, uintptr_t c)
{
    Flow *f;
    vm = (Vm){ .nworkers = 1 };
    ml_mem_init(&vm.mem, ex_mem, NULL, 0);
    ex_quiet(&vm.mem, sizeof vm.mem);
    ex_quiet(&here, sizeof here);
    proc = (Proc){ .vm = &vm, .pid = ml_pid_make(0, 1) };
    ml_mbox_init(&proc.mbox);
    ml_lock_init(&vm.flow.lock);
    f = ml_mem_zalloc(&vm.mem, sizeof *f);
    f->p = &proc;
    ml_store(&proc.flow, f);
    limit = most;
    ml_store(&inside, 0);
    ml_store(&sent, 0);
    ml_store(&refused, 0);
    ex_calm(&inside, sizeof inside);
    ex_calm(&sent, sizeof sent);
    ex_calm(&refused, sizeof refused);
    ex_calm(&f->dropped, sizeof f->dropped);
    taken = 0;
    EX_CHECK(ml_flow_bound(&proc, &(FlowOpts){ .limit = most, .policy = FULL_REJECT }, 0));
    ex_thread(reads, NULL);
    ex_thread(sends, (void *)a);
    ex_thread(sends, (void *)b);
    if (c)
        ex_thread(sends, (void *)c);
    ex_join_all();
    if (ml_load(&refused))
        ex_seen(1);
    if (taken)
        ex_seen(2);
    take();
    EX_CHECK(taken == ml_load(&sent));
    EX_CHECK(ml_load(&sent) + ml_load(&refused) == a + b + c);
    EX_CHECK(ml_load(&f->mail) == 0);
    ml_mem_free(&vm.mem, f, sizeof *f);
    ml_lock_fini(&vm.flow.lock);
}

static void three(void) { story(1, 1, 1, 1); }
static void two(void) { story(2, 2, 2, 0); }

const Model models[] = {
    { .name = "three", .run = three, .preemptions = 20, .outcomes = 3 },
    { .name = "two", .run = two, .preemptions = 3, .outcomes = 3 },
    { 0 }
};
