/*
 * m09_ptab.c - the table that pids index: processes are born and end on one
 * worker while another one finds them by pid and touches what it has found.
 *
 * Threads: worker 0 ends a process, makes another one in the same slot, ends
 * that one too, and has quiet points; worker 1 looks for the first one's pid,
 * leaves a mark in what it found, has a quiet point, looks again, and rests.
 * `resting`: worker 1 rests and comes back in between.
 *
 * Properties: what was found is there until the quiet point; a pid never leads
 * to another process; all dead are freed in the end, once. Bound: 4
 * preemptions.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/proc/ptab.c
 *
 * mutant generation-first: vm/proc/ptab.c
 *   - Proc *p = ml_load(&s->p);
 *   - return ml_load(&s->gen) == ml_pid_gen(pid) ? p : NULL;
 *   + uint32_t gen = ml_load(&s->gen);
 *   + Proc *p = ml_load(&s->p);
 *   + return gen == ml_pid_gen(pid) ? p : NULL;
 * mutant freed-at-once: vm/proc/ptab.c
 *   - while (p && p->epoch < epoch) {
 *   + while (p && p->epoch <= epoch) {
 * mutant others-ignored: vm/proc/ptab.c
 *   - if (seen < least)
 *   + if (seen < least && &vm->workers[i] == vm->workers)
 * mutant same-generation: vm/proc/ptab.c
 *   - uint32_t i = ml_pid_index(p->pid), gen = ml_pid_gen(p->pid) + 1;
 *   + uint32_t i = ml_pid_index(p->pid), gen = ml_pid_gen(p->pid);
 * mutant rests-late: vm/proc/ptab.h
 *   - if (ml_load_relaxed(&w->seen) != e)
 *   - ml_store(&w->seen, e);
 *   + ml_store(&w->seen, e + 1);
 */
#include "tests/model/explore.h"
#include "vm/base/atomic.h"
#include "vm/proc/ptab.h"
#include "vm/proc/spare.h"
#include "vm/proc/vm.h"

/* None are kept. */
void ml_spare_give(Worker *w, SpareKind k, void *piece) { (void)k, ml_mem_free(&w->vm->mem, piece, sizeof(Proc)); }

static Vm vm;
static Worker workers[2];
static _Atomic(PidSlot *) chunks[1];
static PidSlot slots[4];
static Proc *first;

static Proc *born(Worker *w)
{
    Proc *p = ml_mem_zalloc(&vm.mem, sizeof *p);
    EX_CHECK(ml_ptab_add(w, p));
    return p;
}

static void dies(Worker *w, Proc *p)
{
    ml_ptab_remove(w, p);
}

static void ends(void *ud)
{
    Worker *w = ud;
    dies(w, first);
    ml_ptab_quiet(w, &vm.ptab);
    Proc *p = born(w);
    dies(w, p);
    ml_ptab_quiet(w, &vm.ptab);
    ml_ptab_quiet(w, &vm.ptab);
    ml_ptab_rest(w);
}

static void find(Value pid)
{
    Proc *p = ml_ptab_find(&vm.ptab, pid);
    if (p) {
        ml_add(&p->state, 1);           /* may be dead, must be there */
        EX_CHECK(p == first);
        ex_seen(1);
    } else {
        ex_seen(2);
    }
}

static void finds(void *ud)
{
    Worker *w = ud;
    Value pid = ml_pid_make(0, 1);
    find(pid);
    ml_ptab_quiet(w, &vm.ptab);
    find(pid);
    ml_ptab_rest(w);
}

static void finds_between_rests(void *ud)
{
    Worker *w = ud;
    Value pid = ml_pid_make(0, 1);
    ml_ptab_rest(w);
    ml_ptab_unrest(w);
    find(pid);
    ml_ptab_rest(w);
}

static void begin(void)
{
    vm = (Vm){ .workers = workers, .nworkers = 2, .nrecords = 2 };
    ml_mem_init(&vm.mem, ex_mem, NULL, 0);
    ex_quiet(&vm.mem, sizeof vm.mem);
    ml_lock_init(&vm.ptab.lock);
    ml_store(&vm.ptab.epoch, 1);
    vm.ptab.chunk = chunks;
    ml_store(&chunks[0], slots);
    for (int i = 0; i < 4; i++)
        slots[i] = (PidSlot){ .gen = 1 };
    ml_store(&vm.ptab.used, 4);
    for (int i = 0; i < 2; i++)
        workers[i] = (Worker){ .vm = &vm, .index = (unsigned)i, .seen = 1, .slots = { 3, 2, 1, 0 },
                               .nslots = i ? 0 : 4 };
}

static void story(void (*looks)(void *))
{
    begin();
    first = born(&workers[0]);
    EX_CHECK(ml_pid_index(first->pid) == 0 && ml_pid_gen(first->pid) == 1);
    ex_thread(ends, &workers[0]);
    ex_thread(looks, &workers[1]);
    ex_join_all();
    ml_ptab_reclaim(&workers[0]);
    ml_ptab_reclaim(&workers[0]);
    EX_CHECK(!ml_load(&vm.ptab.orphans) && !workers[0].limbo && !workers[1].limbo);
    ml_lock_fini(&vm.ptab.lock);
}

static void table(void) { story(finds); }
static void resting(void) { story(finds_between_rests); }

const Model models[] = {
    { .name = "table", .run = table, .preemptions = 4, .outcomes = 3 },
    { .name = "resting", .run = resting, .preemptions = 4, .outcomes = 3 },
    { 0 }
};
