/*
 * m08_names.c - registered names: one is given, taken away, looked up and given
 * again while its process ends.
 *
 *     reborn     a process ends; its watcher, once told, registers another one by
 *                that name; a third looks it up
 *     given      a process is given a name by another while it ends
 *     taken      its name is taken away while it ends, and given to another
 *
 * Properties: who has been told of an end does not find that process by its name
 * any more, and can give the name to another; at the end a name leads to a
 * process that has it, or nowhere. All interleavings.
 *
 * sources: vm/base/mem.c vm/base/pages.c vm/base/hash.c vm/proc/smap.c vm/proc/vmap.c
 * sources: vm/proc/names.c vm/proc/vm.c
 *
 * mutant forgets-the-end in given: vm/proc/names.c
 *   - Str *name = ml_swap(&p->name, ENDED);
 *   + Str *name = ml_load(&p->name);
 * mutant removes-any in taken: vm/proc/smap.c
 *   - bool same = !ml_is_nil(is) && is.u == v.u && is.tag == v.tag;
 *   + bool same = !ml_is_nil(is);
 * mutant enters-late in given: vm/proc/names.c
 *   - VMap *names = ml_smap_lock(&vm->names, ml_v_str(sym));
 *   - if (ml_is_nil(ml_vmap_get(names, ml_v_str(sym))))
 *   + VMap *names = ml_smap_lock(&vm->names, ml_v_str(sym));
 *   + Str *was = NULL;
 *   + if (p->pid.u && ml_is_nil(ml_vmap_get(names, ml_v_str(sym))) && ml_cas(&p->name, &was, sym)) {
 *   +     ml_smap_unlock(&vm->names, ml_v_str(sym));
 *   +     ml_smap_lock(&vm->names, ml_v_str(sym));
 *   +     ml_vmap_set(names, ml_v_str(sym), p->pid);
 *   + } else if (ml_is_nil(ml_vmap_get(names, ml_v_str(sym))))
 * mutant keeps-its-name in taken: vm/proc/names.c
 *   - if (p && ml_cas(&p->name, &was, NULL))
 *   - ml_realm_give(ml_realm_of(p), REALM_NAMES, 1);
 *   + (void)p, (void)was;
 */
#include "tests/model/explore.h"
#include "vm/base/atomic.h"
#include "vm/base/clock.h"
#include "vm/proc/signal.h"
#include "vm/proc/vm.h"

static Vm     vm;
static Worker worker;
static Proc   procs[3];
static Str    sym;
static _Atomic(int) told;

uint64_t ml_clock_us(void) { return 0; }
Str *ml_symbol(Symtab *t, const char *s, size_t n) { (void)t, (void)s, (void)n; return &sym; }

/* All structs stay. */
Proc *ml_proc_find(Vm *v, Value pid)
{
    (void)v;
    return &procs[ml_pid_index(pid)];
}

static void begin(void)
{
    vm = (Vm){ .guest = &worker };
    worker = (Worker){ .vm = &vm };
    sym = (Str){ .h.flags = OF_SYMBOL, .len = 1 };
    ml_mem_init(&vm.mem, ex_mem, NULL, 0);
    ex_quiet(&vm.mem, sizeof vm.mem);
    ex_quiet(&worker.ledger, sizeof worker.ledger);
    ml_smap_init(&vm.names, &vm.mem);
    for (uint32_t i = 0; i < 3; i++)
        procs[i] = (Proc){ .vm = &vm, .pid = ml_pid_make(i, 1) };
    ml_store(&told, 0);
}

static bool finds(int i)
{
    Value pid = ml_name_find(&vm, &sym);
    return !ml_is_nil(pid) && ml_pid_index(pid) == (uint32_t)i;
}

static void end(void)
{
    Value pid = ml_name_find(&vm, &sym);
    for (int i = 0; i < 3; i++) {
        bool named = ml_name_of(&procs[i]) != NULL;
        EX_CHECK(named == (!ml_is_nil(pid) && ml_pid_index(pid) == (uint32_t)i));
    }
    ml_name_remove(&vm, &sym);
    ml_smap_fini(&vm.names);
}

static void ends(void *ud)
{
    Proc *p = ud;
    ml_name_end(&vm, p);
    ml_store(&told, 1);                 /* DOWN and EXIT go out */
}

/* --- reborn --- */

static void gives_again(void *ud)
{
    (void)ud;
    if (!ml_load(&told))
        return;
    ex_seen(1);
    EX_CHECK(!finds(0));
    EX_CHECK(ml_name_add(&vm, &sym, &procs[1]) == NAME_ADDED);
}

static void looks(void *ud)
{
    (void)ud;
    bool was_told = ml_load(&told);
    if (was_told)
        EX_CHECK(!finds(0));
    else if (finds(1))
        ex_seen(2);
}

static void reborn(void)
{
    begin();
    EX_CHECK(ml_name_add(&vm, &sym, &procs[0]) == NAME_ADDED);
    ex_thread(ends, &procs[0]);
    ex_thread(gives_again, NULL);
    ex_thread(looks, NULL);
    ex_join_all();
    end();
}

/* --- given --- */

static void gives(void *ud)
{
    NameAdd a = ml_name_add(&vm, &sym, ud);
    EX_CHECK(a == NAME_ADDED || a == NAME_DEAD || a == NAME_TAKEN);
    ex_seen(a == NAME_ADDED ? 1 : a == NAME_DEAD ? 2 : 4);
}

static void given(void)
{
    begin();
    ex_thread(ends, &procs[1]);
    ex_thread(gives, &procs[1]);
    ex_thread(gives, &procs[2]);
    ex_join_all();
    EX_CHECK(!finds(1));
    end();
}

/* --- taken --- */

static void takes(void *ud)
{
    (void)ud;
    ml_name_remove(&vm, &sym);
}

static void taken(void)
{
    begin();
    EX_CHECK(ml_name_add(&vm, &sym, &procs[1]) == NAME_ADDED);
    ex_thread(ends, &procs[1]);
    ex_thread(takes, NULL);
    ex_thread(gives, &procs[2]);
    ex_join_all();
    EX_CHECK(!finds(1));
    end();
}

const Model models[] = {
    { .name = "reborn", .run = reborn, .preemptions = 20, .outcomes = 3 },
    { .name = "given", .run = given, .preemptions = 20, .outcomes = 7 },
    { .name = "taken", .run = taken, .preemptions = 20, .outcomes = 5 },
    { 0 }
};
